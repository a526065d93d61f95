"""Similarities of pairs of pictures. Made with scikit-image 0.19.3 and numpy 1.24 (Debian 12): python3 similarity.py

PSNR and SSIM by scikit-image; FSIM is in no package of Debian: here it is computed by numpy from the formulas of Zhang et al. 2011 with
the phase congruency of Kovesi 1999, in double precision and without a line in common with the product."""
import base64
import json
import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SIDE = 48
rng = np.random.default_rng(11)


def drawn(kind):
    """[3, S, S] bytes: shapes with edges, so that there are features."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    planes = []
    for _ in range(3):
        a, b, c, d = rng.uniform(0.2, 0.8, 4)
        plane = 0.5 + 0.3 * np.sin(9 * a * x + 7 * b * y) + 0.4 * ((x - c) ** 2 + (y - d) ** 2 < 0.04) - 0.3 * (np.abs(x - a) < 0.05)
        planes.append(plane)
    picture = np.stack(planes) if kind == "colour" else np.repeat(planes[0][None], 3, 0)
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)


def luminance(p):
    return (0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2]) / 255.0


def congruency(image):
    n = image.shape[0]
    f = np.fft.fftfreq(n)
    fx, fy = np.meshgrid(f, f)
    radius = np.hypot(fx, fy)
    radius[0, 0] = 1
    theta = np.arctan2(-fy, fx)
    low = 1 / (1 + (radius / 0.45) ** 30)
    gabor = []
    for s in range(4):
        g = np.exp(-np.log(radius * 6 * 2.0 ** s) ** 2 / (2 * np.log(0.55) ** 2)) * low
        g[0, 0] = 0
        gabor.append(g)
    spectrum = np.fft.fft2(image)
    energy_all, amplitude_all = 0, 0
    for o in range(4):
        angle = o * np.pi / 4
        ds = np.sin(theta) * np.cos(angle) - np.cos(theta) * np.sin(angle)
        dc = np.cos(theta) * np.cos(angle) + np.sin(theta) * np.sin(angle)
        spread = np.exp(-np.abs(np.arctan2(ds, dc)) ** 2 / (2 * (np.pi / 4 / 1.2) ** 2))
        filters = [g * spread for g in gabor]
        responses = [np.fft.ifft2(spectrum * g) for g in filters]
        impulses = [np.real(np.fft.ifft2(g)) * n for g in filters]
        e, q = sum(r.real for r in responses), sum(r.imag for r in responses)
        x = np.sqrt(e ** 2 + q ** 2) + 1e-4
        me, mq = e / x, q / x
        energy = sum(r.real * me + r.imag * mq - np.abs(r.real * mq - r.imag * me) for r in responses)
        mean = -np.median(np.abs(responses[0]) ** 2) / np.log(0.5)
        power = mean / (filters[0] ** 2).sum()
        own = sum((i ** 2).sum() for i in impulses)
        cross = sum((impulses[i] * impulses[j]).sum() for i in range(4) for j in range(i + 1, 4))
        tau = np.sqrt((2 * power * own + 4 * power * cross) / 2)
        threshold = (tau * np.sqrt(np.pi / 2) + 2 * np.sqrt((2 - np.pi / 2) * tau ** 2)) / 1.7
        energy_all = energy_all + np.maximum(energy - threshold, 0)
        amplitude_all = amplitude_all + sum(np.abs(r) for r in responses)
    return energy_all / amplitude_all


def gradient(image):
    k = np.array([[3, 0, -3], [10, 0, -10], [3, 0, -3]]) / 16
    padded = np.pad(image, 1)
    def swept(kernel):
        return sum(kernel[i, j] * padded[i:i + SIDE, j:j + SIDE] for i in range(3) for j in range(3))
    return np.hypot(swept(k), swept(k.T))


def fsim(a, b):
    a, b = a * 255, b * 255
    pa, pb, ga, gb = congruency(a), congruency(b), gradient(a), gradient(b)
    likeness = (2 * pa * pb + 0.85) / (pa ** 2 + pb ** 2 + 0.85) * (2 * ga * gb + 160) / (ga ** 2 + gb ** 2 + 160)
    weight = np.maximum(pa, pb)
    return (likeness * weight).sum() / weight.sum()


pairs = []
base = drawn("colour")
noisy = np.clip(base + rng.normal(0, 20, base.shape), 0, 255).astype(np.uint8)
shifted = np.roll(base, 3, axis=2)
for first, second in [(base, noisy), (base, shifted), (base, drawn("colour")), (drawn("grey"), drawn("grey")), (base, 255 - base)]:
    x, y = luminance(first), luminance(second)
    pairs.append({
        "first": base64.b64encode(first.tobytes()).decode(), "second": base64.b64encode(second.tobytes()).decode(),
        "psnr": float(peak_signal_noise_ratio(first / 255.0, second / 255.0, data_range=1)),
        "ssim": float(structural_similarity(x, y, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False)),
        "fsim": float(fsim(x, y)), "congruency": float(congruency(x * 255).mean())})
with open("similarity.json", "w") as f:
    json.dump({"side": SIDE, "pairs": pairs}, f, indent=1)
for p in pairs:
    print(p["psnr"], p["ssim"], p["fsim"], p["congruency"])
