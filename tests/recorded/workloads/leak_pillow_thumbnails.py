"""Make a thumbnail per operation and keep one in ten in a gallery.

Leaks: the pixels are in Pillow's own (native) memory, 4 kB for each kept picture.
"""

from PIL import Image

TRUTH = "leaking"
RATE = 510.0
REQUIRES = ("pillow",)

GALLERY = {}


def operation(i):
    picture = Image.new("RGB", (64, 64), (i % 256, 0, 0)).resize((32, 32))
    if i % 10 == 0:
        GALLERY[i] = picture  # leaks
    return picture.size
