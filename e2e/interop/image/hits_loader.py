"""A training's loader over an image cache, counted by larder_hits.py, with workers of PyTorch's DataLoader.

usage: hits_loader.py FOLDER_OF_LARDER_HITS CACHE PAIRS.json fork|spawn
Every pair is looked up once an epoch, by two workers: three epochs with new ones, three with workers that stay; the last
pair is not in the cache and is drawn each time.
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import larder_hits
from image_cache import ImageCache
from PIL import Image
from torch.utils.data import DataLoader, Dataset


class Lines(Dataset):
    def __init__(self, cache, pairs):
        self.cache, self.pairs = cache, pairs

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        pair = self.pairs[index]
        image = self.cache.get_cached_image(pair["text"], pair["font_path"], pair["image_height"])
        return image is not None


if __name__ == "__main__":
    pairs = json.load(open(sys.argv[3], encoding="utf-8"))
    pairs.append({"text": "nobody has drawn this", "font_path": "fonts/Missing.ttf", "image_height": 32})
    cache = ImageCache(sys.argv[2])
    hits = larder_hits.watch(cache, split="train")
    found = 0
    for first, stays in ((0, False), (3, True)):
        loader = DataLoader(Lines(cache, pairs), batch_size=4, num_workers=2, multiprocessing_context=sys.argv[4], persistent_workers=stays)
        for hits.epoch in range(first, first + 3):
            for batch in loader:
                found += int(batch.sum())
        del loader
    # By the keyword, and a picture that is stored after its miss, in this process.
    hits.epoch = 6
    if cache.get_cached_image("late", font_path="fonts/Late.ttf", image_height=32) is None:
        cache.cache_image("late", "fonts/Late.ttf", 32, Image.new("L", (40, 32), 255))
    print(json.dumps({"found": found}))
