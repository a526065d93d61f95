"""Antialiased bicubic crops by PyTorch (float) and PIL (8 bits). Made with torch 1.13, Pillow 9.4 (Debian 12): python3 resampling.py"""
import base64
import json
import numpy as np
import torch
from PIL import Image

rng = np.random.default_rng(7)
picture = rng.integers(0, 256, size=(3, 20, 17), dtype=np.uint8)  # [C, H, W]
# (top, left, height, width), side, flip: shrinking, growing, mixed, equal, whole picture, single pixels
cases = [((2, 1, 16, 14), 8, False), ((5, 3, 9, 11), 16, True), ((0, 0, 20, 17), 18, False), ((1, 0, 17, 13), 5, True),
         ((4, 2, 12, 12), 12, True), ((0, 0, 20, 17), 3, False), ((19, 16, 1, 1), 4, False), ((3, 4, 2, 10), 7, False)]
result = []
for (top, left, height, width), side, flip in cases:
    crop = picture[:, top:top + height, left:left + width]
    exact = torch.nn.functional.interpolate(
        torch.from_numpy(crop.astype(np.float32))[None], size=(side, side), mode="bicubic", antialias=True, align_corners=False)[0]
    exact = exact.clamp(0, 255).numpy() / 255
    bytes_ = np.asarray(Image.fromarray(crop.transpose(1, 2, 0)).resize((side, side), Image.BICUBIC)).transpose(2, 0, 1)
    if flip:
        exact, bytes_ = exact[:, :, ::-1], bytes_[:, :, ::-1]
    result.append({"top": top, "left": left, "height": height, "width": width, "side": side, "flip": flip,
                   "float": [float(np.float32(v)) for v in exact.ravel()], "bytes": base64.b64encode(np.ascontiguousarray(bytes_).tobytes()).decode()})
with open("resampling.json", "w") as f:
    json.dump({"shape": picture.shape, "picture": base64.b64encode(picture.tobytes()).decode(), "cases": result}, f, separators=(",", ":"))
