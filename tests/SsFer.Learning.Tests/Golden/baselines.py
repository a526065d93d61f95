"""Reference numbers for the baseline networks of SsFer.Learning: torchvision's networks with weights made by a formula.

For each network: logits in evaluation, then the loss of one training pass, the gradient of every parameter and every running statistic
behind it, each of these as one number: its inner product with values made by the formula. Computed in double precision. Dropout is off,
as the tested networks have none.

    python3 baselines.py    (PyTorch 1.13, torchvision 0.14; writes baselines.json beside this file)
"""
import json
import math
import os

import numpy
import torch
import torchvision

HERE = os.path.dirname(os.path.abspath(__file__))
CLASSES, PICTURES, SIDE = 8, 4, 48
NETWORKS = {
    "ResNet18": ("resnet18", "fc"),
    "ResNet50": ("resnet50", "fc"),
    "VGG11": ("vgg11", "classifier.6"),
    "VGG13": ("vgg13", "classifier.6"),
    "MobileNetV2": ("mobilenet_v2", "classifier.1"),
    "MobileNetV3Large": ("mobilenet_v3_large", "classifier.3"),
}


def values(shape, salt):
    """Even-handed values in (-1, 1) that fp32 holds exactly."""
    index = numpy.arange(int(numpy.prod(shape)), dtype=numpy.uint64)
    mixed = (index * numpy.uint64(2654435761) + numpy.uint64(salt * 40503 + 12345)) & numpy.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> numpy.uint64(15))) * numpy.uint64(2246822519)) & numpy.uint64(0xFFFFFFFF)
    grid = (mixed >> numpy.uint64(16)).astype(numpy.float64) / 32768 - 1
    return torch.from_numpy(grid.reshape(shape))


def fill(key, tensor, salt):
    """Weights that keep the scale of activations; scales and variances around one; all else small."""
    drawn = values(tuple(tensor.shape), salt)
    if tensor.dim() > 1:
        fan_in = tensor[0].numel()
        drawn = drawn * 2.0 ** round(math.log2(math.sqrt(6 / fan_in)))
    elif key.endswith("running_var") or (key.endswith("weight")):
        drawn = 1 + drawn / 4
    else:
        drawn = drawn / 8
    tensor.copy_(drawn)


def product(tensor, salt):
    return float((tensor.double() * values(tuple(tensor.shape), salt)).sum())


def main():
    golden = {}
    pictures = values((PICTURES, 3, SIDE, SIDE), 1)
    labels = torch.tensor([3, 0, 7, 5])
    for name, (function, head) in NETWORKS.items():
        network = getattr(torchvision.models, function)(num_classes=CLASSES).double()
        for module in network.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        state = {key: tensor for key, tensor in network.state_dict().items() if not key.endswith("num_batches_tracked")}
        with torch.no_grad():
            for salt, (key, tensor) in enumerate(state.items()):
                fill(key, tensor, salt + 2)
        network.eval()
        with torch.no_grad():
            logits = network(pictures)
        network.train()
        loss = torch.nn.functional.cross_entropy(network(pictures), labels)
        loss.backward()
        parameters = dict(network.named_parameters())
        rename = lambda key: key.replace(head + ".", "head.") if key.startswith(head + ".") else key
        golden[name] = {
            "parameters": sum(p.numel() for p in parameters.values()),
            "shapes": {rename(key): list(tensor.shape) for key, tensor in state.items()},
            "logits": logits.flatten().tolist(),
            "loss": loss.item(),
            "products": {
                rename(key): product(parameters[key].grad if key in parameters else tensor, salt + 1000)
                for salt, (key, tensor) in enumerate(state.items())
            },
            "lengths": {rename(key): float(p.grad.norm()) for key, p in parameters.items()},
        }
    with open(os.path.join(HERE, "baselines.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))


main()
