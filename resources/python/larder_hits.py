"""Counts what training finds in an image cache, for Larder to show. No dependencies; one file to copy.

    import larder_hits
    hits = larder_hits.watch(image_cache, split="train")   # an ImageCache: every lookup is counted
    for epoch in range(epochs): hits.epoch = epoch         # before the loader starts its workers

Without that class: hits = larder_hits.Hits("data/synthetic", "train"); hits.count(font, hit, seconds).
Sums go to <cache>/.larder/hits-<pid>.jsonl every five seconds and at the end, also from forked workers."""
import json, os, time
from multiprocessing.util import Finalize

class Hits:
    def __init__(self, cache_dir, split="train", epoch=0):
        self.folder, self.split, self.epoch = os.path.join(os.fspath(cache_dir), ".larder"), split, epoch
        self.pid, self.sums, self.written, self.missed = None, {}, 0.0, None
    def count(self, font, hit, seconds, lookups=1):
        now = time.perf_counter()
        if self.pid != os.getpid():  # a forked worker starts with nothing counted
            self.pid, self.sums, self.written = os.getpid(), {}, now
            Finalize(None, self.write, exitpriority=10)
        row = self.sums.setdefault((self.epoch, font), [0, 0, 0.0, 0.0])
        row[0 if hit else 1] += lookups
        row[2 if hit else 3] += seconds
        if now - self.written > 5.0: self.write()
    def write(self):
        sums, self.sums, self.written = self.sums, {}, time.perf_counter()
        names = ("hits", "misses", "hit_seconds", "miss_seconds")
        rows = [dict(zip(names, row), time=time.time(), split=self.split, epoch=key[0], font=key[1]) for key, row in sums.items()]
        try:
            os.makedirs(self.folder, exist_ok=True)
            with open(os.path.join(self.folder, "hits-%d.jsonl" % os.getpid()), "a", encoding="utf-8") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
        except OSError: pass  # counting never stops a training

def watch(cache, split="train", epoch=0):
    """A hit takes as long as its lookup; a miss until its new picture is stored."""
    hits, look, store = Hits(cache.cache_dir, split, epoch), cache.get_cached_image, cache.cache_image
    def get_cached_image(text, font_path, *rest, **named):
        start = time.perf_counter()
        image = look(text, font_path, *rest, **named)
        hits.missed = None if image is not None else (str(font_path), time.perf_counter())
        hits.count(str(font_path), image is not None, time.perf_counter() - start)
        return image
    def cache_image(*arguments, **named):
        result, missed, hits.missed = store(*arguments, **named), hits.missed, None
        if missed: hits.count(missed[0], False, time.perf_counter() - missed[1], 0)
        return result
    cache.get_cached_image, cache.cache_image = get_cached_image, cache_image
    return hits
