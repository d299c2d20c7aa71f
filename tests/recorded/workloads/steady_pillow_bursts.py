"""Open thirty pictures of 48 kB at once in one operation of fifty, join them and throw them away.

Does not leak: memory jumps up and comes down again.
"""

from PIL import Image

TRUTH = "clean"
RATE = 0.0
REQUIRES = ("pillow",)


def operation(i):
    count = 30 if i % 50 == 0 else 1
    pictures = [Image.new("RGB", (128, 128), (k, i % 256, 0)) for k in range(count)]
    sheet = Image.new("RGB", (128 * len(pictures), 128))
    for k, picture in enumerate(pictures):
        sheet.paste(picture, (128 * k, 0))
    return sheet.size
