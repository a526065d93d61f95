// Accuracy of the peers on FERPlus validation (plurality, eight classes): the cropped face put straight into the expression network, and a picture in which
// the peer's own detector finds the face first, given its best chance: the face scaled up and framed.
//
//   npm install --no-package-lock && node accuracy.mjs DATA [FACES]
//
// DATA holds ferplus/; FACES (600) is how many of the faces, always the same, the detectors get.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { decode, describeBackend, disposing, openPeers } from './peers.mjs';

const [data, faces = '600'] = process.argv.slice(2);
const columns = ['neutral', 'happiness', 'surprise', 'sadness', 'anger', 'disgust', 'fear', 'contempt', 'unknown', 'NF'];
const framed = { side: 192, border: 1 };

/** The faces that a class won, ties to the first column, in an order that is random and always the same. */
function readFaces(folder) {
    const [, ...rows] = readFileSync(path.join(folder, 'fer2013new.csv'), 'utf8').trim().split(/\r?\n/);
    const labels = new Map();
    for (const row of rows) {
        const [, image, ...votes] = row.split(',');
        const counts = votes.map(Number);
        labels.set(image, columns[counts.indexOf(Math.max(...counts))]);
    }

    return Object.entries(unzipSync(readFileSync(path.join(folder, 'FER2013Valid.zip'))))
        .map(([entry, content]) => ({ name: path.basename(entry), content, expected: labels.get(path.basename(entry)) }))
        .filter(({ expected }) => columns.indexOf(expected) >= 0 && columns.indexOf(expected) < 8)
        .map(face => ({ ...face, order: createHash('sha256').update(face.name).digest('hex') }))
        .sort((one, other) => (one.order < other.order ? -1 : 1));
}

const surest = found => found.reduce((best, next) => (next.score > best.score ? next : best), { score: 0 }).expression;

async function ask(question, options, asked) {
    const answers = [];
    for (const { content, expected } of asked) {
        answers.push({ content, expected, answer: await disposing(await decode(content, options), question) });
    }

    return answers;
}

function rightOf(answers) {
    const share = among => ((100 * among.filter(({ answer, expected }) => answer === expected).length) / among.length).toFixed(1);
    return `${share(answers)} % (${share(answers.filter(({ expected }) => expected !== 'contempt'))} %)`;
}

const write = (...cells) => console.log(`| ${cells.join(' | ')} |`);

const all = readFaces(path.join(data, 'ferplus'));
const some = all.slice(0, Number(faces));
const peers = await openPeers();
console.log(`${await describeBackend()}\n`);
write('peer', 'faces', 'found', 'right (without contempt)', 'of those found', 'where none is found, the cropped face');
write(...Array(6).fill('---'));
for (const { name, classify } of peers) {
    write(`${name}, cropped face`, all.length, '', rightOf(await ask(classify, {}, all)), '', '');
}

for (const { name, finders, classify } of peers) {
    for (const [detector, find] of Object.entries(finders)) {
        const answers = await ask(async picture => surest(await find(picture)), framed, some);
        const found = answers.filter(({ answer }) => answer);
        const missed = await ask(classify, {}, answers.filter(({ answer }) => !answer));
        write(`${name}, ${detector}`, some.length, found.length, rightOf(answers), rightOf(found), rightOf([...found, ...missed]));
    }
}
