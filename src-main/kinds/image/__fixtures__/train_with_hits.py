"""Trains on nothing: a stand-in for the original's ImageCache, watched in this process and in its workers.
usage: train_with_hits.py FOLDER_OF_LARDER_HITS CACHE_DIR fork|spawn; prints the microseconds of its own time a count takes"""
import multiprocessing, pickle, sys, time
sys.path.insert(0, sys.argv[1])
import larder_hits


class ImageCache:
    """The two methods and the attribute that the original has; every text with an even number is there."""
    cache_dir = sys.argv[2]
    def get_cached_image(self, text, font_path, image_height):
        return object() if int(text) % 2 == 0 else None
    def cache_image(self, text, font_path, image_height, image):
        return text


def work(cache, first):
    for text in range(first, first + 100):
        if cache.get_cached_image(str(text), "fonts/A.ttf", 32) is None:
            time.sleep(0.001)
            cache.cache_image(str(text), "fonts/A.ttf", 32, object())


def serve(cache, asked, done):
    """A worker that outlives epochs, as those of a loader with persistent_workers."""
    for first in iter(asked.get, None):
        work(cache, first)
        done.put(first)


if __name__ == "__main__":
    cache = ImageCache()
    hits = larder_hits.watch(cache, split="train")
    context = multiprocessing.get_context(sys.argv[3])
    for hits.epoch in range(2):
        workers = [context.Process(target=work, args=(cache, 100 * i)) for i in range(2)]
        for worker in workers: worker.start()
        for worker in workers: worker.join()
    asked, done = context.Queue(), context.Queue()
    workers = [context.Process(target=serve, args=(cache, asked, done)) for _ in range(2)]
    for worker in workers: worker.start()
    for hits.epoch in range(10, 13):
        for first in (0, 100, 200): asked.put(first)
        for _ in range(3): done.get()
    for _ in workers: asked.put(None)
    for worker in workers: worker.join()
    # Kept somewhere and read again it stands for itself, with the epoch of that moment.
    kept = pickle.loads(pickle.dumps(hits))
    hits.epoch = 1
    assert kept.epoch == 12, kept.epoch
    val = larder_hits.Hits(sys.argv[2], "val")
    start = time.process_time()
    for _ in range(100000): val.count("fonts/B.ttf", True, 1e-4)
    print((time.process_time() - start) * 10)
    start = time.process_time()
    for _ in range(100000): cache.get_cached_image("0", "fonts/C.ttf", 32)
    print((time.process_time() - start) * 10)
