"""Counts what training finds in an image cache, for Larder to show. No dependencies; one file to copy.
    import larder_hits; hits = larder_hits.watch(image_cache, split="train")   # an ImageCache: every lookup is counted
    for hits.epoch in range(epochs): ...    # workers that outlive an epoch count under the new one, too
Without that class: hits = larder_hits.Hits("data/synthetic", "train"); hits.count(font, hit, seconds).
Sums go to <cache>/.larder/hits-<pid>.jsonl every five seconds and at the end, also from workers, forked or spawned."""
import json, os, time, types
from multiprocessing import context, sharedctypes, util

class Hits:
    def __init__(self, cache_dir, split="train", epoch=0):
        self.folder, self.split, self.shared = os.path.join(os.fspath(cache_dir), ".larder"), split, sharedctypes.RawValue("q", epoch)
        self.pid, self.sums, self.written, self.missed = None, {}, 0.0, None
    epoch = property(lambda self: self.shared.value, lambda self, value: setattr(self.shared, "value", value))
    def __getstate__(self):  # a worker that is spawned gets the shared epoch; whoever else pickles this, the present one
        return {**self.__dict__, **({} if context.get_spawning_popen() else {"shared": types.SimpleNamespace(value=self.epoch)})}
    def count(self, font, hit, seconds, lookups=1):
        if self.pid != os.getpid():  # a worker starts with nothing counted
            self.pid, self.sums, self.written = os.getpid(), {}, time.perf_counter()
            util.Finalize(None, self.write, exitpriority=10)
        row = self.sums.setdefault((self.epoch, font), [0, 0, 0.0, 0.0])
        row[0 if hit else 1] += lookups
        row[2 if hit else 3] += seconds
        if time.perf_counter() - self.written > 5.0: self.write()
    def write(self):
        names, sums, self.sums, self.written = ("hits", "misses", "hit_seconds", "miss_seconds"), self.sums, {}, time.perf_counter()
        rows = [dict(zip(names, row), time=time.time(), split=self.split, epoch=key[0], font=key[1]) for key, row in sums.items()]
        try:
            os.makedirs(self.folder, exist_ok=True)
            with open(os.path.join(self.folder, "hits-%d.jsonl" % os.getpid()), "a") as file: file.writelines(json.dumps(row) + "\n" for row in rows)
        except OSError: pass  # counting never stops a training

class Watched:  # stands for a method of the cache; it can be pickled, as spawned workers need it
    def __init__(self, cache, hits, name): self.cache, self.hits, self.name = cache, hits, name
    def __call__(self, *arguments, **named):
        hits, start = self.hits, time.perf_counter()
        result = getattr(type(self.cache), self.name)(self.cache, *arguments, **named)
        if self.name == "get_cached_image":  # a hit takes as long as its lookup
            font, end = str(named.get("font_path") or arguments[1]), time.perf_counter()
            hits.missed = None if result is not None else (font, end)
            hits.count(font, result is not None, end - start)
        elif hits.missed:  # a miss takes until its new picture is stored
            font, hits.missed = hits.missed, None
            hits.count(font[0], False, time.perf_counter() - font[1], 0)
        return result

def watch(cache, split="train", epoch=0):
    hits = Hits(cache.cache_dir, split, epoch)
    for name in ("get_cached_image", "cache_image"): setattr(cache, name, Watched(cache, hits, name))
    return hits
