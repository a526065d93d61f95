"""Reference numbers for the mathematics of SsFer.Learning, computed with plain PyTorch, independently of it.

Written from the method's description alone and the textbook way: the autoencoder un-shuffles its tokens and masks its loss, the classifier
runs its whole last block, FaceMix loops over pairs. Everything is computed in double precision from values that are exact in fp32 and
stored as fp32, so a difference is the tested code's own rounding.

    python3 parity.py    (PyTorch 1.13; writes parity.safetensors and the two state-dictionary listings beside this file)
"""
import json
import math
import os
import struct

import numpy
import torch
from torch import nn
from torch.nn import functional

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGE, PATCH, WIDTH, DEPTH, HEADS = 24, 6, 24, 2, 2
DECODER_WIDTH, DECODER_DEPTH, DECODER_HEADS = 12, 1, 3
CLASSES, PICTURES, VISIBLE = 5, 4, 5
golden = {}


def values(shape, salt, scale):
    """Even-handed values in (-scale, scale) from a formula; scale is a power of two, so fp32 holds them exactly."""
    index = numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint64)
    mixed = (index * numpy.uint64(2654435761) + numpy.uint64(salt * 40503 + 12345)) & numpy.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> numpy.uint64(15))) * numpy.uint64(2246822519)) & numpy.uint64(0xFFFFFFFF)
    grid = (mixed >> numpy.uint64(16)).astype(numpy.float64) / 32768 - 1
    return torch.from_numpy(grid.reshape(shape) * scale)


def keep(name, tensor):
    golden[name] = tensor.detach().clone()


# The models, with the keys of timm and MAE.

class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(x).split(d, dim=-1)
        outputs = []
        for head in range(self.heads):
            part = slice(head * d // self.heads, (head + 1) * d // self.heads)
            weights = (q[..., part] @ k[..., part].transpose(1, 2) / math.sqrt(d // self.heads)).softmax(-1)
            outputs.append(weights @ v[..., part])
        return self.proj(torch.cat(outputs, -1))


class Mlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        x = self.fc1(x)
        return self.fc2(x * 0.5 * (1 + torch.erf(x / math.sqrt(2))))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = Mlp(width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=patch, stride=patch)

    def forward(self, pictures):
        return self.proj(pictures).flatten(2).transpose(1, 2)


def sin_cos(width, grid):
    """MAE's table: a class token of zeros, then per patch sin and cos of its column, sin and cos of its row."""
    rows = [torch.zeros(width, dtype=torch.float64)]
    frequencies = 1 / 10000 ** (torch.arange(width // 4, dtype=torch.float64) / (width / 4))
    for row in range(grid):
        for column in range(grid):
            rows.append(torch.cat([f(p * frequencies) for p in (column, row) for f in (torch.sin, torch.cos)]))
    return torch.stack(rows).unsqueeze(0)


class MaskedAutoencoder(nn.Module):
    def __init__(self, image, patch, width, depth, heads, decoder_width, decoder_depth, decoder_heads):
        super().__init__()
        self.patch = patch
        length = (image // patch) ** 2
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + length, width), requires_grad=False)
        self.patch_embed = PatchEmbed(width, patch)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.decoder_embed = nn.Linear(width, decoder_width)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, decoder_width))
        self.decoder_pos_embed = nn.Parameter(torch.zeros(1, 1 + length, decoder_width), requires_grad=False)
        self.decoder_blocks = nn.ModuleList(Block(decoder_width, decoder_heads) for _ in range(decoder_depth))
        self.decoder_norm = nn.LayerNorm(decoder_width, eps=1e-6)
        self.decoder_pred = nn.Linear(decoder_width, patch * patch * 3)

    def forward(self, pictures, shuffle, visible):
        """Predictions of all patches in their own order, [N, L, p*p*3]."""
        n, length = shuffle.shape
        x = self.patch_embed(pictures) + self.pos_embed[:, 1:]
        x = torch.stack([x[i, shuffle[i, :visible]] for i in range(n)])
        x = torch.cat([(self.cls_token + self.pos_embed[:, :1]).expand(n, -1, -1), x], 1)
        for block in self.blocks:
            x = block(x)
        x = self.decoder_embed(self.norm(x))
        rows = []
        for i in range(n):
            places = [self.mask_token[0, 0]] * length
            for k in range(visible):
                places[int(shuffle[i, k])] = x[i, 1 + k]
            rows.append(torch.stack([x[i, 0]] + places))
        x = torch.stack(rows) + self.decoder_pos_embed
        for block in self.decoder_blocks:
            x = block(x)
        return self.decoder_pred(self.decoder_norm(x))[:, 1:]

    def loss(self, pictures, shuffle, visible, normalise):
        n, length = shuffle.shape
        p = self.patch
        target = torch.stack([torch.stack([
            picture[:, r:r + p, c:c + p].permute(1, 2, 0).reshape(-1)
            for r in range(0, picture.shape[1], p) for c in range(0, picture.shape[2], p)]) for picture in pictures])
        if normalise:
            target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6) ** 0.5
        mask = torch.ones(n, length, dtype=torch.float64)
        for i in range(n):
            mask[i, shuffle[i, :visible]] = 0
        prediction = self(pictures, shuffle, visible)
        loss = (((prediction - target) ** 2).mean(-1) * mask).sum() / mask.sum()
        return loss, prediction


class VisionTransformer(nn.Module):
    def __init__(self, image, patch, width, depth, heads, classes):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + (image // patch) ** 2, width))
        self.patch_embed = PatchEmbed(width, patch)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.head = nn.Linear(width, classes)

    def forward(self, pictures):
        x = self.patch_embed(pictures)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def set_weights(model):
    for salt, (name, parameter) in enumerate(sorted(model.named_parameters())):
        scale = 1 if parameter.dim() == 1 and name.endswith("weight") else 0.25
        parameter.data = values(parameter.shape, salt + 100, scale)
    return model.double()


# The objectives.

def soft_cross_entropy(logits, targets):
    return torch.stack([-(t * (l - torch.logsumexp(l, 0))).sum() for l, t in zip(logits, targets)])


def face_mix_loss(mixed_logits, plain_logits, classes, lam, kappa, smoothing):
    n, c = mixed_logits.shape
    total = 0
    for i in range(n):
        j = n - 1 - i
        target = torch.full((c,), smoothing / c, dtype=torch.float64)
        target[classes[i]] += lam * (1 - smoothing)
        target[classes[j]] += (1 - lam) * (1 - smoothing)
        l_v = soft_cross_entropy(mixed_logits[i:i + 1], target.unsqueeze(0))[0]
        l_i = functional.cross_entropy(plain_logits[i:i + 1], classes[i:i + 1])
        l_j = functional.cross_entropy(plain_logits[j:j + 1], classes[j:j + 1])
        total = total + l_v + kappa[i] * (l_i + l_j)
    return total / n


# What is stored.

def autoencoder():
    model = set_weights(MaskedAutoencoder(IMAGE, PATCH, WIDTH, DEPTH, HEADS, DECODER_WIDTH, DECODER_DEPTH, DECODER_HEADS))
    for name, parameter in model.named_parameters():
        keep("mae.weight." + name, parameter)
    pictures = values((PICTURES, 3, IMAGE, IMAGE), 1, 2)
    length = (IMAGE // PATCH) ** 2
    shuffle = torch.stack([torch.argsort(values((length,), 50 + i, 1)) for i in range(PICTURES)])
    keep("pictures", pictures)
    keep("mae.shuffle", shuffle)
    for kind, normalise in (("normalised", True), ("plain", False)):
        model.zero_grad()
        loss, prediction = model.loss(pictures, shuffle, VISIBLE, normalise)
        loss.backward()
        keep(f"mae.{kind}.loss", loss)
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                keep(f"mae.{kind}.gradient.{name}", parameter.grad)
    keep("mae.prediction", torch.stack([prediction[i, shuffle[i, VISIBLE:]] for i in range(PICTURES)]))
    return model, pictures


def classifier(encoder, pictures):
    """Shares the encoder's weights; only the head is new."""
    model = set_weights(VisionTransformer(IMAGE, PATCH, WIDTH, DEPTH, HEADS, CLASSES))
    model.load_state_dict(encoder.state_dict(), strict=False)
    keep("vit.weight.head.weight", model.head.weight)
    keep("vit.weight.head.bias", model.head.bias)
    classes, lam, kappa = torch.tensor([3, 0, 4, 0]), 0.3125, torch.tensor([0.25, 0.625, 0.625, 0.25], dtype=torch.float64)
    mixed = torch.stack([lam * pictures[i] + (1 - lam) * pictures[PICTURES - 1 - i] for i in range(PICTURES)])
    loss = face_mix_loss(model(mixed), model(pictures), classes, lam, kappa, 0.1)
    loss.backward()
    keep("vit.logits", model(pictures))
    keep("vit.loss", loss)
    for name, parameter in model.named_parameters():
        keep("vit.gradient." + name, parameter.grad)


def objectives():
    mixed, plain = values((6, 7), 2, 4), values((6, 7), 3, 4)
    classes = torch.tensor([6, 1, 1, 0, 5, 2])
    kappa = values((6,), 4, 0.5) + 0.5
    targets = (values((6, 7), 5, 4)).softmax(-1).float().double()
    keep("objectives.mixed", mixed)
    keep("objectives.plain", plain)
    keep("objectives.kappa", kappa)
    keep("objectives.targets", targets)
    keep("objectives.faceMix", face_mix_loss(mixed, plain, classes, 0.71875, kappa, 0.1))
    keep("objectives.soft", soft_cross_entropy(mixed, targets))
    confidence, pseudo = mixed.softmax(-1).max(-1)
    losses = [functional.cross_entropy(plain[i:i + 1], pseudo[i:i + 1]) if confidence[i] > 0.7 else 0.0 for i in range(6)]
    assert 0 < sum(1 for c in confidence if c > 0.7) < 6
    keep("objectives.pseudo", sum(losses) / 6)


def adam_w():
    """Three steps of torch.optim.AdamW from given gradients at changing rates; with decay on matrices only, and on everything."""
    shapes = {"matrix.weight": (5, 7), "matrix.bias": (5,), "token": (1, 1, 7), "norm.weight": (7,)}
    for i, (name, shape) in enumerate(shapes.items()):
        keep("adamw.start." + name, values(shape, 10 + i, 1))
        for step in range(3):
            keep(f"adamw.gradient.{step}.{name}", values(shape, 20 + 3 * i + step, 2.0 ** -step))
    for kind in ("groups", "all"):
        parameters = {name: nn.Parameter(golden["adamw.start." + name].clone()) for name in shapes}
        bare = [p for name, p in parameters.items() if p.dim() == 1 or name.endswith(".bias")] if kind == "groups" else []
        decayed = [p for p in parameters.values() if not any(p is b for b in bare)]
        optimiser = torch.optim.AdamW([{"params": decayed}] + ([{"params": bare, "weight_decay": 0.0}] if bare else []),
                                      betas=(0.9, 0.95), eps=1e-8, weight_decay=0.05)
        for step, rate in enumerate((0.0625, 0.125, 0.03125)):
            for group in optimiser.param_groups:
                group["lr"] = rate
            for name, parameter in parameters.items():
                parameter.grad = golden[f"adamw.gradient.{step}.{name}"].clone()
            optimiser.step()
            for name, parameter in parameters.items():
                keep(f"adamw.{kind}.{step}.{name}", parameter)


def positions():
    table = values((1, 1 + 36, 5), 6, 1)
    keep("positions.from6", table)
    for grid in (3, 4, 9, 14):
        patches = table[:, 1:].reshape(1, 6, 6, 5).permute(0, 3, 1, 2)
        patches = functional.interpolate(patches, size=(grid, grid), mode="bicubic", align_corners=False)
        keep(f"positions.to{grid}", torch.cat([table[:, :1], patches.flatten(2).transpose(1, 2)], 1))
    keep("positions.sinCos.24x4", sin_cos(24, 4))
    keep("positions.sinCos.64x6", sin_cos(64, 6))


def write_safetensors(path):
    header, blobs, offset = {}, [], 0
    for name, tensor in golden.items():
        whole = tensor.dtype == torch.int64
        blob = tensor.numpy().astype("<i8" if whole else "<f4").tobytes()
        header[name] = {"dtype": "I64" if whole else "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + len(blob)]}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write_listing(path, model):
    with open(path, "w") as file:
        for name, tensor in model.state_dict().items():
            file.write(f"{name} [{', '.join(map(str, tensor.shape))}]\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    classifier(*autoencoder())
    objectives()
    adam_w()
    positions()
    write_safetensors(os.path.join(HERE, "parity.safetensors"))
    write_listing(os.path.join(HERE, "parity.vit-tiny.txt"), VisionTransformer(224, 16, 192, 12, 3, 8))
    write_listing(os.path.join(HERE, "parity.mae-tiny.txt"), MaskedAutoencoder(224, 16, 192, 12, 3, 96, 1, 3))
