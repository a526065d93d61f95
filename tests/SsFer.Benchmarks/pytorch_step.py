"""The pre-training step of ViT-Base at 224 pixels (MAE) in plain PyTorch, for orientation beside `steps base-224 pretraining`.

    python3 pytorch_step.py [--device cuda] [--precision bf16|fp32] [--batch 256] [--rounds 5] [--compile]

Modules, autocast, one fused AdamW over all parameters where there is one, F.scaled_dot_product_attention where it exists. Counts the same operations as
ModelCost.AutoencoderStep. On a CPU, PyTorch 1.13 of Debian brings an older BLAS than libtorch 2.10: its rate is for orientation only.
"""
import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

SIDE, PATCH, WIDTH, DEPTH, HEADS = 224, 16, 768, 12, 12
DECODER_WIDTH, DECODER_DEPTH, DECODER_HEADS = 512, 8, 16
PATCHES, LENGTH = (SIDE // PATCH) ** 2, PATCH * PATCH * 3
VISIBLE = PATCHES // 4


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v)
        else:
            y = ((q * (d // self.heads) ** -0.5) @ k.transpose(-2, -1)).softmax(-1) @ v
        x = x + self.proj(y.transpose(1, 2).reshape(n, t, d))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(LENGTH, WIDTH)
        self.cls = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.register_buffer("positions", torch.randn(1, 1 + PATCHES, WIDTH))
        self.blocks = nn.ModuleList(Block(WIDTH, HEADS) for _ in range(DEPTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)
        self.bridge = nn.Linear(WIDTH, DECODER_WIDTH)
        self.mask = nn.Parameter(torch.zeros(1, 1, DECODER_WIDTH))
        self.register_buffer("decoder_positions", torch.randn(1, 1 + PATCHES, DECODER_WIDTH))
        self.decoder = nn.ModuleList(Block(DECODER_WIDTH, DECODER_HEADS) for _ in range(DECODER_DEPTH))
        self.decoder_norm = nn.LayerNorm(DECODER_WIDTH, eps=1e-6)
        self.predict = nn.Linear(DECODER_WIDTH, LENGTH)

    def forward(self, pictures):
        n, grid = pictures.shape[0], SIDE // PATCH
        patches = pictures.view(n, 3, grid, PATCH, grid, PATCH).permute(0, 2, 4, 3, 5, 1).reshape(n, PATCHES, LENGTH)
        shuffle = torch.rand(n, PATCHES, device=pictures.device).argsort(1)
        restore, keep = shuffle.argsort(1), shuffle[:, :VISIBLE]
        x = self.embed(patches) + self.positions[:, 1:]
        x = torch.gather(x, 1, keep[..., None].expand(-1, -1, WIDTH))
        x = torch.cat([(self.cls + self.positions[:, :1]).expand(n, -1, -1), x], 1)
        for block in self.blocks:
            x = block(x)
        y = self.bridge(self.norm(x))
        z = torch.cat([y[:, 1:], self.mask.expand(n, PATCHES - VISIBLE, -1).to(y.dtype)], 1)
        z = torch.gather(z, 1, restore[..., None].expand(-1, -1, DECODER_WIDTH))
        z = torch.cat([y[:, :1], z], 1) + self.decoder_positions
        for block in self.decoder:
            z = block(z)
        z = self.predict(self.decoder_norm(z))[:, 1:]
        target = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 1e-6).sqrt()
        mask = (restore >= VISIBLE).float()
        return (((z.float() - target) ** 2).mean(-1) * mask).sum() / mask.sum()


def block_operations(tokens, width):
    return tokens * 2 * 12 * width * width + 4 * tokens * tokens * width


def operations(batch):
    encoder = DEPTH * block_operations(1 + VISIBLE, WIDTH)
    decoder = DECODER_DEPTH * block_operations(1 + PATCHES, DECODER_WIDTH)
    rest = 2 * (1 + VISIBLE) * WIDTH * DECODER_WIDTH + 2 * (PATCHES - VISIBLE) * DECODER_WIDTH * LENGTH
    return batch * (2 * 2 * VISIBLE * LENGTH * WIDTH + 3 * (encoder + decoder + rest))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", default="bf16", choices=["bf16", "fp32"])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--compile", action="store_true")
    a = parser.parse_args()
    on_device = a.device != "cpu"
    torch.backends.cuda.matmul.allow_tf32 = True
    model = Autoencoder().to(a.device)
    fused = {"fused": True} if on_device else {}
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.05, **fused)
    pictures = torch.randn(a.batch, 3, SIDE, SIDE, device=a.device)
    forward = torch.compile(model) if a.compile else model

    def step():
        optimiser.zero_grad()
        with torch.autocast("cuda" if on_device else "cpu", torch.bfloat16, enabled=a.precision == "bf16"):
            loss = forward(pictures)
        loss.backward()
        optimiser.step()

    def timed(count):
        if on_device:
            torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(count):
            step()
        if on_device:
            torch.cuda.synchronize()
        return (time.perf_counter() - start) / count

    timed(2)
    count = max(1, int(a.seconds / timed(1)))
    seconds = sorted(timed(count) for _ in range(a.rounds))[a.rounds // 2]
    print(f"PyTorch {torch.__version__} {a.device} {a.precision}{' compiled' if a.compile else ''}, batch {a.batch}: "
          f"{a.batch / seconds:.1f} images/s, {1000 * seconds:.1f} ms/step, {operations(a.batch) / seconds / 1e9:.0f} GFLOP/s")


main()
