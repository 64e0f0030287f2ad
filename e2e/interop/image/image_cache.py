"""What training does with an image cache, after the class ImageCache of khmer-ocr-seq2seq (src/data/corpus_dataset.py,
state of 2025-07-19): the same keys, the same files, the same reading contract. Judges caches; needs Pillow.

usage: image_cache.py check CACHE PAIRS.json     every pair is a hit, every PNG opens, every JSON is Python's
       image_cache.py write CACHE                writes a small cache as the class does
       image_cache.py choose K LINES.json FONT…  the pairs of a training that chooses fonts as docs/formats/image-cache.md says
"""
import hashlib
import json
import os
import sys

from PIL import Image, ImageDraw


class ImageCache:
    def __init__(self, cache_dir):
        self.cache_dir = cache_dir
        self.images_dir = os.path.join(cache_dir, "images")
        self.metadata_dir = os.path.join(cache_dir, "metadata")
        self.index_file = os.path.join(cache_dir, "cache_index.json")
        os.makedirs(self.images_dir, exist_ok=True)
        os.makedirs(self.metadata_dir, exist_ok=True)
        try:
            with open(self.index_file, "r", encoding="utf-8") as f:
                self.cache_index = json.load(f)
        except (OSError, ValueError):
            self.cache_index = {}

    @staticmethod
    def key(text, font_path, image_height):
        return hashlib.md5(f"{text}|{font_path}|{image_height}".encode("utf-8")).hexdigest()

    def get_cached_image(self, text, font_path, image_height):
        key = self.key(text, font_path, image_height)
        path = os.path.join(self.images_dir, f"{key}.png")
        if key not in self.cache_index or not os.path.exists(path):
            return None
        try:
            return Image.open(path).convert("L")
        except Exception:
            del self.cache_index[key]
            self.save_index()
            return None

    def save_index(self):
        with open(self.index_file, "w", encoding="utf-8") as f:
            json.dump(self.cache_index, f, ensure_ascii=False, indent=2)

    def cache_image(self, text, font_path, image_height, image):
        key = self.key(text, font_path, image_height)
        image_path = os.path.join(self.images_dir, f"{key}.png")
        metadata_path = os.path.join(self.metadata_dir, f"{key}.json")
        image.save(image_path)
        metadata = {
            "text": text,
            "font_path": font_path,
            "image_height": image_height,
            "image_width": image.width,
            "cache_key": key,
            "created_at": str(os.path.getmtime(image_path)),
        }
        with open(metadata_path, "w", encoding="utf-8") as f:
            json.dump(metadata, f, ensure_ascii=False, indent=2)
        self.cache_index[key] = {
            "text": text,
            "font": os.path.basename(font_path),
            "image_path": image_path,
            "metadata_path": metadata_path,
        }
        self.save_index()


def as_python_writes(path):
    with open(path, "rb") as f:
        data = f.read()
    return data == json.dumps(json.loads(data.decode("utf-8")), ensure_ascii=False, indent=2).encode("utf-8")


def check(root, pairs):
    cache = ImageCache(root)
    before = dict(cache.cache_index)
    problems = []
    hits = 0
    for pair in pairs:
        text, font_path, height = pair["text"], pair["font_path"], pair["image_height"]
        image = cache.get_cached_image(text, font_path, height)
        if image is None or image.mode != "L" or image.height != height:
            problems.append(f"no hit: {text[:30]} {font_path} {height}")
            continue
        hits += 1
        key = cache.key(text, font_path, height)
        png = os.path.join(root, "images", f"{key}.png")
        Image.open(png).verify()
        if Image.open(png).mode != "L":
            problems.append(f"{key}.png is {Image.open(png).mode}")
        path = os.path.join(root, "metadata", f"{key}.json")
        if not as_python_writes(path):
            problems.append(f"{key}.json is not what json.dump writes")
        metadata = json.load(open(path, encoding="utf-8"))
        expected = {"text": text, "font_path": font_path, "image_height": height, "image_width": image.width, "cache_key": key, "created_at": str(os.path.getmtime(png))}
        if metadata != expected or list(metadata) != list(expected):
            problems.append(f"{key}.json: {metadata} instead of {expected}")
    if not as_python_writes(cache.index_file):
        problems.append("cache_index.json is not what json.dump writes")
    if cache.cache_index != before:
        problems.append("the class has dropped entries")
    print(json.dumps({"pairs": len(pairs), "hits": hits, "entries": len(before), "problems": problems[:20]}, ensure_ascii=False))
    return 0 if hits == len(pairs) and not problems else 1


def choose(count, lines, fonts):
    F = sorted(fonts, key=lambda font: font.replace("\\", "/").encode("utf-8"))
    pairs = []
    for text in lines:
        start = int.from_bytes(hashlib.md5(text.encode()).digest()[:8], "big")
        # Every font that a random choice among the K of a line can give.
        pairs += [{"text": text, "font_path": F[(start + k) % len(F)], "image_height": 32} for k in range(count)]
    print(json.dumps({"pairs": pairs}))
    return 0


def write(root):
    cache = ImageCache(root)
    pairs = []
    for i, text in enumerate(["ភាសាខ្មែរ", "ក<SPACE>ខ", 'ABC "123" \\ \u2028 \u0001', "😀 អក្សរ", "ទំព័រ"]):
        for font_path in ["fonts/KhmerOS.ttf", "C:\\fonts\\KhmerOSbokor.ttf", "Khmer OS"]:
            image = Image.new("L", (40 + 10 * i, 32), 255)
            # Each its own picture: the same one under two texts would rightly be told.
            ImageDraw.Draw(image).text((5, 8), f"{i} {len(font_path)}", fill=0)
            cache.cache_image(text, font_path, 32, image)
            pairs.append({"text": text, "font_path": font_path, "image_height": 32})
    print(json.dumps({"pairs": pairs}))
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if sys.argv[1] == "write":
        sys.exit(write(sys.argv[2]))
    if sys.argv[1] == "choose":
        sys.exit(choose(int(sys.argv[2]), json.load(open(sys.argv[3], encoding="utf-8")), sys.argv[4:]))
    sys.exit(check(sys.argv[2], json.load(open(sys.argv[3], encoding="utf-8"))))
