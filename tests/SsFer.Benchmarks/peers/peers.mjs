// The peers that SsFer is measured beside: face-api and Human, both on TensorFlow.js with its WebAssembly backend, pictures decoded by sharp (libvips).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
const wasmFolder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + path.sep;
const folderOf = name => path.resolve(path.dirname(require.resolve(name)), '..');
const faceApiFolder = folderOf('@vladmandic/face-api');
const humanFolder = folderOf('@vladmandic/human');
const faceapi = require(path.join(faceApiFolder, 'dist', 'face-api.node-wasm.js'));
const { Human } = require(path.join(humanFolder, 'dist', 'human.node-wasm.js'));

// Names of face-api and of Human's emotion network, as FERPlus calls them.
const names = {
    neutral: 'neutral', happy: 'happiness', sad: 'sadness', angry: 'anger', fearful: 'fear', fear: 'fear',
    disgusted: 'disgust', disgust: 'disgust', surprised: 'surprise', surprise: 'surprise',
};
const leastScore = 0.1; // of a face that face-api's detectors find, as in its demos: by their default of 0.5 they miss most small ones
const humanClasses = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'];

const bestOf = scores => names[Object.entries(scores).reduce((best, next) => (next[1] > best[1] ? next : best))[0]];

/** RGB of an encoded picture [height, width, 3], 0 to 255; with `side`, scaled to it; with `border`, that share of the side in grey around it. */
export async function decode(content, { side, border = 0 } = {}) {
    let picture = sharp(content).removeAlpha().toColourspace('srgb');
    if (side) {
        picture = picture.resize(side, side, { fit: 'fill', kernel: 'cubic' });
    }

    if (border) {
        const width = Math.round(border * side);
        picture = picture.extend({ top: width, bottom: width, left: width, right: width, background: '#707070' });
    }

    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    return tf.tensor3d(new Float32Array(data), [info.height, info.width, info.channels]);
}

/**
 * Each with a name, finders by the name of their detector (picture to faces, each with score and expression), and classify (cropped face to
 * expression).
 */
export async function openPeers() {
    wasm.setWasmPaths(wasmFolder); // one thread: those of this backend do not start in Node
    await tf.setBackend('wasm');
    await tf.ready();
    return [await openFaceApi(), await openHuman()];
}

async function openFaceApi() {
    const weights = path.join(faceApiFolder, 'model');
    const { ssdMobilenetv1, tinyFaceDetector, faceExpressionNet } = faceapi.nets;
    for (const net of [ssdMobilenetv1, tinyFaceDetector, faceExpressionNet]) {
        await net.loadFromDisk(weights);
    }

    const find = options => async picture => {
        const faces = await faceapi.detectAllFaces(picture, options).withFaceExpressions();
        return faces.map(face => ({ score: face.detection.score, expression: bestOf(face.expressions) }));
    };
    return {
        name: 'face-api',
        finders: {
            'SSD MobileNet': find(new faceapi.SsdMobilenetv1Options({ minConfidence: leastScore })),
            'tiny detector': find(new faceapi.TinyFaceDetectorOptions({ scoreThreshold: leastScore })),
        },
        classify: async face => bestOf(await faceExpressionNet.predictExpressions(face)),
    };
}

async function openHuman() {
    tf.io.registerLoadRouter(url => (url.startsWith('file://') ? { load: () => loadModel(new URL(url)) } : null));
    const off = { enabled: false };
    const human = new Human({
        backend: 'wasm',
        wasmPath: wasmFolder,
        modelBasePath: `${pathToFileURL(path.join(humanFolder, 'models'))}/`,
        cacheSensitivity: 0, // else it answers the same picture from memory
        filter: off,
        gesture: off,
        body: off,
        hand: off,
        object: off,
        segmentation: off,
        face: {
            detector: { maxDetected: 10 },
            mesh: off,
            iris: off,
            description: off,
            emotion: { minConfidence: 0 },
        },
    });
    await human.load();
    const network = human.models.models.emotion;
    return {
        name: 'Human',
        finders: {
            BlazeFace: async picture => {
                const { face, error } = await human.detect(picture);
                if (error) {
                    throw new Error(error);
                }

                return face.map(each => ({ score: each.score, expression: names[each.emotion[0].emotion] }));
            },
        },
        // as its own emotion.ts prepares a face
        classify: async face => {
            const scores = tf.tidy(() => {
                const [height, width] = network.inputs[0].shape.slice(1);
                const scaled = tf.image.resizeBilinear(face.div(255).expandDims(0), [height, width]);
                const grey = scaled.mul([0.2989, 0.587, 0.114]).sum(3, true);
                return network.execute(grey.sub(0.5).mul(2));
            });
            const values = await scores.data();
            scores.dispose();
            return names[humanClasses[values.indexOf(Math.max(...values))]];
        },
    };
}

async function loadModel(url) {
    const { weightsManifest, ...model } = JSON.parse(await readFile(url, 'utf8'));
    const parts = await Promise.all(weightsManifest.flatMap(group => group.paths).map(part => readFile(new URL(part, url))));
    const weights = Buffer.concat(parts);
    return {
        ...model,
        weightSpecs: weightsManifest.flatMap(group => group.weights),
        weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
    };
}

/** What the backend turned out to be. */
export async function describeBackend() {
    const has = async what => ((await tf.env().getAsync(what)) ? 'on' : 'off');
    const simd = await has('WASM_HAS_SIMD_SUPPORT');
    return `TensorFlow.js ${tf.version_core}, ${tf.getBackend()}, SIMD ${simd}, threads ${await has('WASM_HAS_MULTITHREAD_SUPPORT')}`;
}

/** What `use` makes of a picture, which is let go of then. */
export const disposing = async (picture, use) => {
    try {
        return await use(picture);
    } finally {
        picture.dispose();
    }
};
