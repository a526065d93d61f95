using SsFer.Learning.Augmentation;
using SsFer.Learning.Models;
using SsFer.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = TorchSharp.Modules.LayerNorm;
using Linear = TorchSharp.Modules.Linear;

namespace SsFer.Benchmarks;

/// <summary>
/// Pre-training as the reference does it: modules with a module for every layer, all patches embedded and then gathered, tokens
/// un-shuffled for the decoder, every patch predicted, one AdamW state per parameter, the loss read back in every step, and
/// pictures augmented one by one between the steps. fp32: TorchSharp has no autocast.
/// </summary>
internal sealed class ReferencePretraining : IStepCase
{
    private readonly NoiseFaces _faces;
    private readonly WeakView _view;
    private readonly Recipe _recipe;
    private readonly ReferenceAutoencoder _model;
    private readonly optim.Optimizer _optimiser;
    private readonly Device _device;
    private long _step;

    public ReferencePretraining(Recipe recipe, Device device)
    {
        (_recipe, _device) = (recipe, device);
        _faces = new NoiseFaces(4 * Images, recipe.Model.ImageSize, 0);
        _view = new WeakView(recipe.Model.ImageSize, recipe.Normalisation, recipe.Pretraining.Crop);
        _model = new ReferenceAutoencoder(recipe.Model, recipe.Decoder);
        _model.to(device);
        _optimiser = optim.AdamW(_model.parameters(), 1e-3, 0.9, 0.95, 1e-8, 0.05);
    }

    public int Images => _recipe.Pretraining.BatchSize;

    public double Operations => Images * (double)ModelCost.AutoencoderStep(_recipe.Model, _recipe.Decoder, _recipe.Pretraining.MaskRatio);

    public void Step()
    {
        using var scope = NewDisposeScope();
        int side = _recipe.Model.ImageSize,
            length = 3 * side * side;
        var pixels = new float[Images * length];
        for (var i = 0; i < Images; i++)
        {
            _view.Render(_faces.Read(i), _faces.BoxOf(i), new ViewKey(0, _step, i), pixels.AsSpan(i * length, length));
        }

        _optimiser.zero_grad();
        var loss = _model.Loss(tensor(pixels, [Images, 3, side, side], device: _device), _recipe.Pretraining.MaskRatio);
        loss.backward();
        _optimiser.step();
        if (!float.IsFinite(loss.item<float>()))
        {
            throw new InvalidOperationException("the reference diverged");
        }

        _step++;
    }

    public void Dispose()
    {
        _optimiser.Dispose();
        _model.Dispose();
    }

    private sealed class ReferenceBlock : nn.Module<Tensor, Tensor>
    {
        private readonly long _heads;
        private readonly LayerNorm _norm1;
        private readonly LayerNorm _norm2;
        private readonly Linear _qkv;
        private readonly Linear _proj;
        private readonly Linear _fc1;
        private readonly Linear _fc2;
        private readonly GELU _gelu = nn.GELU();

        public ReferenceBlock(long width, long heads)
            : base("block")
        {
            _heads = heads;
            (_norm1, _norm2) = (nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6));
            (_qkv, _proj) = (nn.Linear(width, 3 * width), nn.Linear(width, width));
            (_fc1, _fc2) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            long n = input.shape[0],
                t = input.shape[1],
                d = input.shape[2];
            var qkv = _qkv.call(_norm1.call(input)).reshape(n, t, 3, _heads, d / _heads).permute(2, 0, 3, 1, 4).unbind(0);
            var weights = nn.functional.softmax(qkv[0].matmul(qkv[1].transpose(-2, -1)) * Math.Pow(d / _heads, -0.5), -1);
            var x = input + _proj.call(weights.matmul(qkv[2]).transpose(1, 2).reshape(n, t, d));
            return x + _fc2.call(_gelu.call(_fc1.call(_norm2.call(x))));
        }
    }

    private sealed class ReferenceAutoencoder : nn.Module
    {
        private readonly ModelSettings _settings;
        private readonly Linear _embed;
        private readonly Parameter _cls;
        private readonly Parameter _mask;
        private readonly Tensor _positions;
        private readonly Tensor _decoderPositions;
        private readonly Sequential _blocks;
        private readonly Sequential _decoder;
        private readonly LayerNorm _norm;
        private readonly LayerNorm _decoderNorm;
        private readonly Linear _bridge;
        private readonly Linear _predict;

        public ReferenceAutoencoder(ModelSettings settings, DecoderSettings decoder)
            : base("autoencoder")
        {
            _settings = settings;
            _embed = nn.Linear(settings.PatchLength, settings.Width);
            (_cls, _mask) = (nn.Parameter(zeros(1, 1, settings.Width)), nn.Parameter(zeros(1, 1, decoder.Width)));
            (_positions, _decoderPositions) = (
                randn(1, 1 + settings.PatchCount, settings.Width),
                randn(1, 1 + settings.PatchCount, decoder.Width)
            );
            _blocks = nn.Sequential(
                Enumerable
                    .Range(0, settings.Depth)
                    .Select(_ => (nn.Module<Tensor, Tensor>)new ReferenceBlock(settings.Width, settings.Heads))
            );
            _decoder = nn.Sequential(
                Enumerable.Range(0, decoder.Depth).Select(_ => (nn.Module<Tensor, Tensor>)new ReferenceBlock(decoder.Width, decoder.Heads))
            );
            (_norm, _decoderNorm) = (nn.LayerNorm(settings.Width, 1e-6), nn.LayerNorm(decoder.Width, 1e-6));
            (_bridge, _predict) = (nn.Linear(settings.Width, decoder.Width), nn.Linear(decoder.Width, settings.PatchLength));
            RegisterComponents();
        }

        public Tensor Loss(Tensor pictures, double maskRatio)
        {
            long n = pictures.shape[0],
                length = _settings.PatchCount,
                patch = _settings.PatchSize,
                grid = _settings.Grid,
                visible = (long)(length * (1 - maskRatio));
            var patches = pictures.reshape(n, 3, grid, patch, grid, patch).permute(0, 2, 4, 3, 5, 1).reshape(n, length, -1);
            var shuffle = argsort(rand(n, length, device: pictures.device), 1);
            var restore = argsort(shuffle, 1);
            Tensor positions = _positions.to(pictures.device),
                decoderPositions = _decoderPositions.to(pictures.device);
            var x = _embed.call(patches) + positions.narrow(1, 1, length);
            x = x.gather(1, shuffle.narrow(1, 0, visible).unsqueeze(-1).expand(n, visible, x.shape[2]));
            x = cat([(_cls + positions.narrow(1, 0, 1)).expand(n, 1, -1), x], 1);
            var y = _bridge.call(_norm.call(_blocks.call(x)));
            var width = y.shape[2];
            var z = cat([y.narrow(1, 1, visible), _mask.expand(n, length - visible, -1)], 1)
                .gather(1, restore.unsqueeze(-1).expand(n, length, width));
            z = cat([y.narrow(1, 0, 1), z], 1) + decoderPositions;
            z = _predict.call(_decoderNorm.call(_decoder.call(z))).narrow(1, 1, length);
            var target = (patches - patches.mean([-1], keepdim: true)) / (patches.var(-1, unbiased: true, keepdim: true) + 1e-6).sqrt();
            var removed = restore.ge(visible).to(float32);
            return ((z - target).pow(2).mean([-1]) * removed).sum() / removed.sum();
        }
    }
}
