"""Trains on nothing: a stand-in for the original's ImageCache, watched in this process and in its workers.
usage: train_with_hits.py FOLDER_OF_LARDER_HITS CACHE_DIR fork|spawn; prints the microseconds of its own time a count takes"""
import multiprocessing, sys, time
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


if __name__ == "__main__":
    cache = ImageCache()
    hits = larder_hits.watch(cache, split="train")
    context = multiprocessing.get_context(sys.argv[3])
    for hits.epoch in range(2):
        workers = [context.Process(target=work, args=(cache, 100 * i)) for i in range(2)]
        for worker in workers: worker.start()
        for worker in workers: worker.join()
    val = larder_hits.Hits(sys.argv[2], "val")
    start = time.process_time()
    for _ in range(100000): val.count("fonts/B.ttf", True, 1e-4)
    print((time.process_time() - start) * 10)
    start = time.process_time()
    for _ in range(100000): cache.get_cached_image("0", "fonts/C.ttf", 32)
    print((time.process_time() - start) * 10)
