"""Logits of a tiny residual network, computed with nothing but Python's floats: what ResidualNetworkTests compares with.

Run: python3 resnet.py. Every parameter, in the order of declaration (stem, then each block's shortcut, conv1, conv2, then the head,
each as weight, gain, bias), takes its values from one counter n = 0, 1, 2, ...: sin(n). Pixels likewise: cos(n).
"""

import math

SIDE, WIDTH, LEVELS, BLOCKS, CLASSES, COLOURS = 4, 2, 2, 1, 3, 3
RELU_GAIN = math.sqrt(2 / (1 - 1 / math.pi))
counter = -1


def values(count):
    global counter
    result = []
    for _ in range(count):
        counter += 1
        result.append(math.sin(counter))
    return result


class Convolution:
    def __init__(self, inputs, outputs, kernel, stride, scale):
        self.inputs, self.outputs, self.kernel, self.stride = inputs, outputs, kernel, stride
        fan_in = inputs * kernel * kernel
        weight, gain, self.bias = values(outputs * fan_in), values(outputs), values(outputs)
        self.rows = []
        for o in range(outputs):
            row = weight[o * fan_in : (o + 1) * fan_in]
            mean = sum(row) / fan_in
            variance = sum((w - mean) ** 2 for w in row) / fan_in
            self.rows.append([(w - mean) / math.sqrt(variance * fan_in + 1e-4) * scale * gain[o] for w in row])

    def __call__(self, x):
        side, pad = len(x[0]), self.kernel // 2
        result = []
        for o in range(self.outputs):
            plane = []
            for top in range(0, side, self.stride):
                line = []
                for left in range(0, side, self.stride):
                    total, i = self.bias[o], 0
                    for c in range(self.inputs):
                        for dy in range(self.kernel):
                            for dx in range(self.kernel):
                                y, z = top + dy - pad, left + dx - pad
                                if 0 <= y < side and 0 <= z < side:
                                    total += self.rows[o][i] * x[c][y][z]
                                i += 1
                    line.append(total)
                plane.append(line)
            result.append(plane)
        return result


def relu(x):
    return [[[max(0.0, v) for v in line] for line in plane] for plane in x]


def pool(x):
    return [
        [
            [(p[2 * y][2 * z] + p[2 * y][2 * z + 1] + p[2 * y + 1][2 * z] + p[2 * y + 1][2 * z + 1]) / 4 for z in range(len(p) // 2)]
            for y in range(len(p) // 2)
        ]
        for p in x
    ]


def add(a, b):
    return [[[u + v for u, v in zip(s, t)] for s, t in zip(p, q)] for p, q in zip(a, b)]


stem = Convolution(COLOURS, WIDTH, 3, 1, 1.0)
blocks, inputs = [], WIDTH
for level in range(LEVELS):
    outputs = WIDTH << level
    around = Convolution(inputs, outputs, 1, 1, 1.0)
    first = Convolution(inputs, outputs, 3, 2, RELU_GAIN)
    second = Convolution(outputs, outputs, 3, 1, RELU_GAIN)
    blocks.append((around, first, second))
    inputs = outputs
head_weight, head_bias = values(CLASSES * inputs), values(CLASSES)

pixels = [[[math.cos((c * SIDE + y) * SIDE + z) for z in range(SIDE)] for y in range(SIDE)] for c in range(COLOURS)]
x = relu(stem(pixels))
for around, first, second in blocks:
    x = relu(add(around(pool(x)), second(relu(first(x)))))
means = [sum(sum(line) for line in plane) / (len(plane) ** 2) for plane in x]
print([sum(head_weight[k * inputs + c] * means[c] for c in range(inputs)) + head_bias[k] for k in range(CLASSES)])
