;; The inner loops of preprocessing, two values at a time. Compiled into preprocess-simd.ts; preprocess-simd.test.ts compares the two.
;; Every product and sum is that of preprocess-loops.ts, in the same order, so that the bits are the same. Arrays are given by the address
;; of their first byte, counts in values.
(module
  (memory (import "memory" "0") 0)

  ;; target[i] = a[i] + (b[i] - a[i]) * weight, from int16.
  (func (export "blendInt16") (param $target i32) (param $a i32) (param $b i32) (param $count i32) (param $weight f64)
    (local $end i32) (local $share v128) (local $four_a v128) (local $four_b v128) (local $value v128) (local $one f64)
    (local.set $share (f64x2.splat (local.get $weight)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -4)) (i32.const 3))))
    (block $done
      (loop $fours
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $four_a (v128.load16x4_s align=1 (local.get $a)))
        (local.set $four_b (v128.load16x4_s align=1 (local.get $b)))
        (local.set $value (f64x2.convert_low_i32x4_s (local.get $four_a)))
        (v128.store align=8 (local.get $target)
          (f64x2.add (local.get $value)
            (f64x2.mul (f64x2.sub (f64x2.convert_low_i32x4_s (local.get $four_b)) (local.get $value)) (local.get $share))))
        (local.set $four_a (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $four_a) (local.get $four_a)))
        (local.set $four_b (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $four_b) (local.get $four_b)))
        (local.set $value (f64x2.convert_low_i32x4_s (local.get $four_a)))
        (v128.store offset=16 align=8 (local.get $target)
          (f64x2.add (local.get $value)
            (f64x2.mul (f64x2.sub (f64x2.convert_low_i32x4_s (local.get $four_b)) (local.get $value)) (local.get $share))))
        (local.set $target (i32.add (local.get $target) (i32.const 32)))
        (local.set $a (i32.add (local.get $a) (i32.const 8)))
        (local.set $b (i32.add (local.get $b) (i32.const 8)))
        (br $fours)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const 3)) (i32.const 3))))
    (block $over
      (loop $ones
        (br_if $over (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $one (f64.convert_i32_s (i32.load16_s (local.get $a))))
        (f64.store (local.get $target)
          (f64.add (local.get $one)
            (f64.mul (f64.sub (f64.convert_i32_s (i32.load16_s (local.get $b))) (local.get $one)) (local.get $weight))))
        (local.set $target (i32.add (local.get $target) (i32.const 8)))
        (local.set $a (i32.add (local.get $a) (i32.const 2)))
        (local.set $b (i32.add (local.get $b) (i32.const 2)))
        (br $ones))))

  ;; The same from float32.
  (func (export "blendFloat32") (param $target i32) (param $a i32) (param $b i32) (param $count i32) (param $weight f64)
    (local $end i32) (local $share v128) (local $value v128) (local $one f64)
    (local.set $share (f64x2.splat (local.get $weight)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -2)) (i32.const 3))))
    (block $done
      (loop $twos
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $value (f64x2.promote_low_f32x4 (v128.load64_zero align=4 (local.get $a))))
        (v128.store align=8 (local.get $target)
          (f64x2.add (local.get $value)
            (f64x2.mul
              (f64x2.sub (f64x2.promote_low_f32x4 (v128.load64_zero align=4 (local.get $b))) (local.get $value))
              (local.get $share))))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $a (i32.add (local.get $a) (i32.const 8)))
        (local.set $b (i32.add (local.get $b) (i32.const 8)))
        (br $twos)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (local.set $one (f64.promote_f32 (f32.load (local.get $a))))
        (f64.store (local.get $target)
          (f64.add (local.get $one)
            (f64.mul (f64.sub (f64.promote_f32 (f32.load (local.get $b))) (local.get $one)) (local.get $weight)))))))

  ;; target[i] = a[i] + (b[i] - a[i]) * weight
  (func (export "blendRows") (param $target i32) (param $a i32) (param $b i32) (param $count i32) (param $weight f64)
    (local $end i32) (local $share v128) (local $value v128) (local $one f64)
    (local.set $share (f64x2.splat (local.get $weight)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -2)) (i32.const 3))))
    (block $done
      (loop $twos
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $value (v128.load align=8 (local.get $a)))
        (v128.store align=8 (local.get $target)
          (f64x2.add (local.get $value)
            (f64x2.mul (f64x2.sub (v128.load align=8 (local.get $b)) (local.get $value)) (local.get $share))))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br $twos)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (local.set $one (f64.load (local.get $a)))
        (f64.store (local.get $target)
          (f64.add (local.get $one) (f64.mul (f64.sub (f64.load (local.get $b)) (local.get $one)) (local.get $weight)))))))

  ;; Interpolates along $line and applies a window that clips on both sides. $lower holds the indices of the first voxels, $step is
  ;; how many bytes behind each the second one lies: 8 or -8. What is farther than 2^20 halves from the middle is moved there first, as
  ;; in the plain loop.
  (func (export "sampleWindowed")
    (param $target i32) (param $line i32) (param $lower i32) (param $weight i32) (param $count i32) (param $step i32)
    (param $factor f64) (param $shift f64) (param $half f64) (param $middle f64)
    (local $end i32) (local $at i32) (local $at1 i32) (local $next v128) (local $value v128) (local $scaled v128)
    (local $factors v128) (local $shifts v128) (local $halves v128) (local $middles v128) (local $fifty v128)
    (local $far f64) (local $fars v128) (local $minus_fars v128) (local $one f64)
    (local.set $factors (f64x2.splat (local.get $factor)))
    (local.set $shifts (f64x2.splat (local.get $shift)))
    (local.set $halves (f64x2.splat (local.get $half)))
    (local.set $middles (f64x2.splat (local.get $middle)))
    (local.set $fifty (f64x2.splat (f64.const 0.5)))
    (local.set $far (f64.mul (local.get $half) (f64.const 1048576)))
    (local.set $fars (f64x2.splat (local.get $far)))
    (local.set $minus_fars (f64x2.neg (local.get $fars)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -2)) (i32.const 3))))
    (block $done
      (loop $twos
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $at (i32.add (local.get $line) (i32.shl (i32.load (local.get $lower)) (i32.const 3))))
        (local.set $at1 (i32.add (local.get $line) (i32.shl (i32.load offset=4 (local.get $lower)) (i32.const 3))))
        (local.set $value (v128.load64_lane align=8 1 (local.get $at1) (v128.load64_zero align=8 (local.get $at))))
        (local.set $next
          (v128.load64_lane align=8 1 (i32.add (local.get $at1) (local.get $step))
            (v128.load64_zero align=8 (i32.add (local.get $at) (local.get $step)))))
        (local.set $scaled
          (f64x2.add
            (f64x2.mul
              (f64x2.add (local.get $value)
                (f64x2.mul (f64x2.sub (local.get $next) (local.get $value)) (v128.load align=8 (local.get $weight))))
              (local.get $factors))
            (local.get $shifts)))
        ;; pmin and pmax keep their first argument where it is NaN.
        (local.set $scaled (f64x2.pmax (f64x2.pmin (local.get $scaled) (local.get $fars)) (local.get $minus_fars)))
        (v128.store align=8 (local.get $target)
          (f64x2.add
            (f64x2.mul
              (f64x2.sub
                (f64x2.abs (f64x2.add (local.get $scaled) (local.get $halves)))
                (f64x2.abs (f64x2.sub (local.get $scaled) (local.get $halves))))
              (local.get $fifty))
            (local.get $middles)))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $lower (i32.add (local.get $lower) (i32.const 8)))
        (local.set $weight (i32.add (local.get $weight) (i32.const 16)))
        (br $twos)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (local.set $at (i32.add (local.get $line) (i32.shl (i32.load (local.get $lower)) (i32.const 3))))
        (local.set $one (f64.load (local.get $at)))
        (local.set $one
          (f64.add
            (f64.mul
              (f64.add (local.get $one)
                (f64.mul
                  (f64.sub (f64.load (i32.add (local.get $at) (local.get $step))) (local.get $one))
                  (f64.load (local.get $weight))))
              (local.get $factor))
            (local.get $shift)))
        ;; min and max give NaN where one is.
        (local.set $one (f64.max (f64.min (local.get $one) (local.get $far)) (f64.neg (local.get $far))))
        (f64.store (local.get $target)
          (f64.add
            (f64.mul
              (f64.sub
                (f64.abs (f64.add (local.get $one) (local.get $half)))
                (f64.abs (f64.sub (local.get $one) (local.get $half))))
              (f64.const 0.5))
            (local.get $middle))))))

  ;; target[i] = sum over k of weights[i * width + k] * row[starts[i] + k]; width is a multiple of 4.
  (func (export "applyBand")
    (param $target i32) (param $row i32) (param $starts i32) (param $weights i32) (param $count i32) (param $width i32)
    (local $end i32) (local $at i32) (local $last i32) (local $sum v128)
    (local.set $end (i32.add (local.get $target) (i32.shl (local.get $count) (i32.const 3))))
    (local.set $width (i32.shl (local.get $width) (i32.const 3)))
    (block $done
      (loop $outputs
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (local.set $at (i32.add (local.get $row) (i32.shl (i32.load (local.get $starts)) (i32.const 3))))
        (local.set $last (i32.add (local.get $at) (local.get $width)))
        (local.set $sum (v128.const f64x2 0 0))
        (loop $fours
          (local.set $sum
            (f64x2.add (local.get $sum)
              (f64x2.add
                (f64x2.mul (v128.load align=8 (local.get $at)) (v128.load align=8 (local.get $weights)))
                (f64x2.mul (v128.load offset=16 align=8 (local.get $at)) (v128.load offset=16 align=8 (local.get $weights))))))
          (local.set $weights (i32.add (local.get $weights) (i32.const 32)))
          (br_if $fours (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (local.get $last))))
        (f64.store (local.get $target)
          (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))
        (local.set $target (i32.add (local.get $target) (i32.const 8)))
        (local.set $starts (i32.add (local.get $starts) (i32.const 4)))
        (br $outputs))))

  ;; target[i] = weightA * a[i] + weightB * b[i]
  (func (export "setTwoRows")
    (param $target i32) (param $a i32) (param $weight_a f64) (param $b i32) (param $weight_b f64) (param $count i32)
    (local $end i32) (local $share_a v128) (local $share_b v128)
    (local.set $share_a (f64x2.splat (local.get $weight_a)))
    (local.set $share_b (f64x2.splat (local.get $weight_b)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -2)) (i32.const 3))))
    (block $done
      (loop $twos
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (v128.store align=8 (local.get $target)
          (f64x2.add
            (f64x2.mul (v128.load align=8 (local.get $a)) (local.get $share_a))
            (f64x2.mul (v128.load align=8 (local.get $b)) (local.get $share_b))))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br $twos)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (f64.store (local.get $target)
          (f64.add
            (f64.mul (f64.load (local.get $a)) (local.get $weight_a))
            (f64.mul (f64.load (local.get $b)) (local.get $weight_b)))))))

  ;; target[i] += weightA * a[i] + weightB * b[i]
  (func (export "addTwoRows")
    (param $target i32) (param $a i32) (param $weight_a f64) (param $b i32) (param $weight_b f64) (param $count i32)
    (local $end i32) (local $share_a v128) (local $share_b v128)
    (local.set $share_a (f64x2.splat (local.get $weight_a)))
    (local.set $share_b (f64x2.splat (local.get $weight_b)))
    (local.set $end (i32.add (local.get $target) (i32.shl (i32.and (local.get $count) (i32.const -2)) (i32.const 3))))
    (block $done
      (loop $twos
        (br_if $done (i32.ge_u (local.get $target) (local.get $end)))
        (v128.store align=8 (local.get $target)
          (f64x2.add (v128.load align=8 (local.get $target))
            (f64x2.add
              (f64x2.mul (v128.load align=8 (local.get $a)) (local.get $share_a))
              (f64x2.mul (v128.load align=8 (local.get $b)) (local.get $share_b)))))
        (local.set $target (i32.add (local.get $target) (i32.const 16)))
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br $twos)))
    (if (i32.and (local.get $count) (i32.const 1))
      (then
        (f64.store (local.get $target)
          (f64.add (f64.load (local.get $target))
            (f64.add
              (f64.mul (f64.load (local.get $a)) (local.get $weight_a))
              (f64.mul (f64.load (local.get $b)) (local.get $weight_b)))))))))
