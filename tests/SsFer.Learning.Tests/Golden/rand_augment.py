"""RandAugment's operations by PIL as timm calls it. Made with Pillow 9.4 (Debian 12): python3 rand_augment.py"""
import base64
import json
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

FILL = (150, 117, 103)
SIDE = 12


def planes(picture):
    """[H, W, 3] as base64 of [3, H, W]."""
    return base64.b64encode(np.ascontiguousarray(picture.transpose(2, 0, 1)).tobytes()).decode()


def solarize_add(image, addend):
    table = [min(255, i + addend) if i < 128 else i for i in range(256)]
    return image.point(table * 3)


def affine(image, matrix):
    return image.transform(image.size, Image.AFFINE, matrix, resample=Image.BICUBIC, fillcolor=FILL)


def operations(m, sign):
    factor = max(0.1, 1 + sign * m / 10 * 0.9)
    shear = sign * m / 10 * 0.3
    shift = sign * m / 10 * 0.45 * SIDE
    return {
        "AutoContrast": ImageOps.autocontrast,
        "Equalize": ImageOps.equalize,
        "Invert": ImageOps.invert,
        "Rotate": lambda i: i.rotate(sign * m / 10 * 30, resample=Image.BICUBIC, fillcolor=FILL),
        "Posterize": lambda i: ImageOps.posterize(i, 4 - int(m / 10 * 4)),
        "Solarize": lambda i: ImageOps.solarize(i, 256 - int(m / 10 * 256)),
        "SolarizeAdd": lambda i: solarize_add(i, int(m / 10 * 110)),
        "Color": lambda i: ImageEnhance.Color(i).enhance(factor),
        "Contrast": lambda i: ImageEnhance.Contrast(i).enhance(factor),
        "Brightness": lambda i: ImageEnhance.Brightness(i).enhance(factor),
        "Sharpness": lambda i: ImageEnhance.Sharpness(i).enhance(factor),
        "ShearX": lambda i: affine(i, (1, shear, 0, 0, 1, 0)),
        "ShearY": lambda i: affine(i, (1, 0, 0, shear, 1, 0)),
        "TranslateX": lambda i: affine(i, (1, 0, shift, 0, 1, 0)),
        "TranslateY": lambda i: affine(i, (1, 0, 0, 0, 1, shift)),
    }


rng = np.random.default_rng(11)
smooth = np.asarray(Image.fromarray(rng.integers(0, 256, size=(4, 4, 3), dtype=np.uint8)).resize((SIDE, SIDE), Image.BICUBIC))
pictures = [rng.integers(0, 256, size=(SIDE, SIDE, 3), dtype=np.uint8), (smooth // 3 + 40).astype(np.uint8)]
result = []
for index, picture in enumerate(pictures):
    for magnitude, sign in ((9.0, 1), (9.3, -1), (3.7, 1), (10.0, -1)):
        for name, operation in operations(magnitude, sign).items():
            out = np.asarray(operation(Image.fromarray(picture)))
            result.append({"picture": index, "operation": name, "magnitude": magnitude, "negative": sign < 0,
                           "pixels": planes(out)})
# Equalize needs more pixels than levels to do anything: one larger picture for it alone.
large = np.clip(rng.normal(120, 30, size=(40, 40, 3)), 0, 255).astype(np.uint8)
equalised = np.asarray(ImageOps.equalize(Image.fromarray(large)))
with open("rand_augment.json", "w") as f:
    json.dump({"side": SIDE, "fill": FILL, "pictures": [planes(p) for p in pictures], "cases": result,
               "large": planes(large), "equalised": planes(equalised)},
              f, separators=(",", ":"))
