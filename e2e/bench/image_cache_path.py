"""The path of the original's ImageCache, as far as time goes: Pillow draws a line, the picture and its metadata are
saved, and the whole index is written again. Its detours (normalising, a second measurement, logging) are left out.

usage: image_cache_path.py CORPUS FONT CACHE_DIR SKIP COUNT
Draws lines SKIP to SKIP + COUNT of CORPUS; the SKIP lines before are in the index already. Prints JSON."""
import hashlib, json, os, sys, time
from PIL import Image, ImageDraw, ImageFont, ImageOps

HEIGHT = 32


def draw(text, font_path):
    font = ImageFont.truetype(font_path, int(HEIGHT * 0.5))
    left, top, right, bottom = font.getbbox(text)
    wide = Image.new("L", (right - left + 40, HEIGHT), 255)
    ImageDraw.Draw(wide).text((20 - left, (HEIGHT - (bottom - top)) // 2 - top), text, font=font, fill=0)
    box = ImageOps.invert(wide).getbbox()
    return wide.crop((max(0, box[0] - 5), 0, box[2] + 5, HEIGHT)) if box else Image.new("L", (10, HEIGHT), 255)


class ImageCache:
    def __init__(self, folder):
        self.folder, self.index = folder, {}
        os.makedirs(os.path.join(folder, "images"), exist_ok=True)
        os.makedirs(os.path.join(folder, "metadata"), exist_ok=True)

    def key(self, text, font_path):
        return hashlib.md5(f"{text}|{font_path}|{HEIGHT}".encode("utf-8")).hexdigest()

    def enter(self, key, text, font_path):
        self.index[key] = {"text": text, "font": os.path.basename(font_path), "image_path": f"{self.folder}/images/{key}.png",
                           "metadata_path": f"{self.folder}/metadata/{key}.json"}

    def cache_image(self, image, text, font_path):
        key = self.key(text, font_path)
        path = os.path.join(self.folder, "images", key + ".png")
        image.save(path, "PNG")
        metadata = {"text": text, "font_path": font_path, "image_height": HEIGHT, "image_width": image.width, "cache_key": key,
                    "created_at": str(os.path.getmtime(path))}
        with open(os.path.join(self.folder, "metadata", key + ".json"), "w", encoding="utf-8") as file:
            json.dump(metadata, file, ensure_ascii=False, indent=2)
        self.enter(key, text, font_path)
        with open(os.path.join(self.folder, "cache_index.json"), "w", encoding="utf-8") as file:
            json.dump(self.index, file, ensure_ascii=False, indent=2)


def main(corpus, font_path, folder, skip, count):
    lines = open(corpus, encoding="utf-8").read().split("\n")
    cache = ImageCache(folder)
    for text in lines[:skip]:
        cache.enter(cache.key(text, font_path), text, font_path)
    start = time.perf_counter()
    for text in lines[skip:skip + count]:
        cache.cache_image(draw(text, font_path), text, font_path)
    print(json.dumps({"seconds": time.perf_counter() - start, "images": len(os.listdir(os.path.join(folder, "images")))}))


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
