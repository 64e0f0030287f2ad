;; Sixteen places at once. Compiled into find-bytes.ts; find-bytes.test.ts compares the two.
(module
  (memory (export "memory") 5)
  ;; The first place from $at on, before $to, with $byte0 at $offset0 behind it, $byte1 at $offset1 and
  ;; $byte2 at $offset2; $to or more where there is none. Reads 15 bytes beyond the last place and offset.
  (func (export "next")
    (param $at i32) (param $to i32)
    (param $offset0 i32) (param $byte0 i32) (param $offset1 i32) (param $byte1 i32) (param $offset2 i32) (param $byte2 i32)
    (result i32)
    (local $all0 v128) (local $all1 v128) (local $all2 v128) (local $places i32)
    (local.set $all0 (i8x16.splat (local.get $byte0)))
    (local.set $all1 (i8x16.splat (local.get $byte1)))
    (local.set $all2 (i8x16.splat (local.get $byte2)))
    (block $end
      (loop $further
        (br_if $end (i32.ge_u (local.get $at) (local.get $to)))
        (local.set $places
          (i8x16.bitmask
            (v128.and
              (v128.and
                (i8x16.eq (v128.load align=1 (i32.add (local.get $at) (local.get $offset0))) (local.get $all0))
                (i8x16.eq (v128.load align=1 (i32.add (local.get $at) (local.get $offset1))) (local.get $all1)))
              (i8x16.eq (v128.load align=1 (i32.add (local.get $at) (local.get $offset2))) (local.get $all2)))))
        (if (local.get $places) (then (return (i32.add (local.get $at) (i32.ctz (local.get $places))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $further)))
    (local.get $at)))
