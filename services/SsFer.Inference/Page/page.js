// The page of the endpoint: sends a picture, shows the answer. Keeps nothing; the key lives in this module's memory.
const find = id => document.getElementById(id);
const [status, result, stage, picture, faces] = ['status', 'result', 'stage', 'picture', 'faces'].map(find);
const largestSide = 960; // of the drawing, in pixels
const modelPause = 5000; // between two looks for a model, in milliseconds

let key = '';
let shown = null; // {blob, image} of the picture that was asked about last
let asked = 0; // number of the newest request: the answer to an older one is not shown
let stream = null; // of the camera, while it runs

function say(text, kind = '') {
  status.className = kind;
  if (status.textContent !== text) {
    status.textContent = text; // the same words again would be read out again
  }
}

function add(parent, name, text, className) {
  const element = document.createElement(name);
  element.textContent = text ?? '';
  element.className = className ?? '';
  return parent.appendChild(element);
}

const percent = share => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const share = (part, whole) => `${100 * part / whole}%`;
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const retryAfter = answer => Number(answer.headers.get('Retry-After')) || 1;

// Requests

function headers(more = {}) {
  return key ? {...more, Authorization: `Bearer ${key}`} : more;
}

async function problemOf(answer) {
  try {
    return (await answer.json()).detail ?? answer.statusText;
  } catch {
    return answer.statusText;
  }
}

async function refusalOf(answer) {
  const detail = await problemOf(answer);
  switch (answer.status) {
    case 401:
      find('key-form').hidden = false;
      find('key').focus();
      return key ? 'This key is not accepted: enter another one.' : 'This service needs a key: enter it, and the picture is sent again.';
    case 413: return `The picture is too large. The service says: ${detail}`;
    case 415: return `This is not a picture. The service says: ${detail}`;
    case 429: return `Too many requests: try again in ${retryAfter(answer)} s.`;
    case 503: return detail.includes('no model') ? `There is no model yet. The service says: ${detail}` : `Not now: ${detail}`;
    default: return `The service refuses this: ${detail || `status ${answer.status}`}`;
  }
}

/** Asks about a picture and shows the answer; returns how long to wait before the next one, and whether to ask no more. */
async function ask(blob, image) {
  const number = ++asked;
  const query = new URLSearchParams({keep: 'false'}); // nobody here was told of any keeping
  if (find('explain').checked) {
    query.set('explain', 'true');
  }
  if (find('cropped').checked) {
    query.set('cropped', 'true');
  }
  if (!stream) {
    say('Asking…', 'busy');
  }
  shown = {blob, image};
  const began = performance.now();
  let answer;
  try {
    const type = blob.type.startsWith('image/') ? blob.type : 'image/unknown'; // the service looks at the bytes
    answer = await fetch(`v1/expressions?${query}`, {method: 'POST', body: blob, headers: headers({'Content-Type': type})});
  } catch {
    answer = null;
  }
  if (number !== asked) {
    return {};
  }
  if (!answer) {
    fail('The service does not answer: is it still running?');
    return {wait: modelPause};
  }
  if (!answer.ok) {
    fail(await refusalOf(answer));
    return {wait: 1000 * retryAfter(answer), stop: ![429, 503].includes(answer.status)};
  }
  show(await answer.json(), image, performance.now() - began);
  return {};
}

function fail(text) {
  say(text, 'bad');
  result.hidden = true;
  find('details').hidden = true;
}

async function lookForModel() {
  try {
    const answer = await fetch('v1/model', {headers: headers()});
    if (answer.ok) {
      const model = await answer.json();
      find('model').textContent = `Model ${model.id}, version ${model.version}: ${model.classes.join(', ')}`;
      return;
    }
    find('key-form').hidden = answer.status !== 401;
    find('model').textContent = answer.status === 401 ? 'This service needs a key.' : `No model: ${await problemOf(answer)}`;
    if (answer.status !== 503) {
      return;
    }
  } catch {
    find('model').textContent = 'The service does not answer.';
  }
  setTimeout(lookForModel, modelPause);
}

// Answers

function show(answer, image, milliseconds) {
  const seen = answer.pictures[0];
  if (seen.status === 'unreadable' || seen.status === 'too_large') {
    fail(`${seen.status === 'too_large' ? 'The picture is too large' : 'This is not a picture that can be read'}: ${seen.message}`);
    return;
  }
  say(sentenceOf(seen.faces), seen.faces.length ? '' : 'bad');
  draw(seen, image);
  faces.replaceChildren(...seen.faces.map(cardOf));
  result.hidden = false;
  tellFigures(answer, milliseconds);
}

function sentenceOf(found) {
  switch (found.length) {
    case 0: return 'No face found. Try a picture in which the face is larger and looks at the camera, or say that the picture is one face.';
    case 1: // of a camera without the figure: it changes all the time, and would be read out each time
      return stream ? `One face: ${found[0].expression}.` : `One face: ${found[0].expression}, ${percent(found[0].topProbability)}.`;
    default: return `${found.length} faces: ${found.map(face => face.expression).join(', ')}.`;
  }
}

function draw(seen, image) {
  const scale = largestSide / Math.max(seen.width, seen.height);
  picture.width = Math.round(seen.width * scale);
  picture.height = Math.round(seen.height * scale);
  if (image) {
    picture.getContext('2d').drawImage(image, 0, 0, picture.width, picture.height);
  }
  picture.setAttribute('aria-label', `Your picture, ${seen.width} by ${seen.height} pixels, with ${seen.faces.length} faces marked`);
  stage.replaceChildren(picture, ...seen.faces.flatMap((face, index) => marksOf(face, index, seen)));
}

function marksOf(face, index, seen) {
  const {left, top, right, bottom} = face.box;
  const box = document.createElement('div');
  box.className = top < 0.08 * seen.height ? 'box low' : 'box';
  box.style.left = share(left, seen.width);
  box.style.top = share(top, seen.height);
  box.style.width = share(right - left, seen.width);
  box.style.height = share(bottom - top, seen.height);
  add(box, 'b', index + 1);
  if (face.explanation && find('explain').checked) {
    box.prepend(heatOf(face.explanation));
    return [box];
  }
  const points = face.landmarks.filter(point => point.x >= 0 && point.y >= 0 && point.x <= seen.width && point.y <= seen.height);
  return [box, ...points.map(point => {
    const mark = document.createElement('i');
    mark.className = 'point';
    mark.style.left = share(point.x, seen.width);
    mark.style.top = share(point.y, seen.height);
    return mark;
  })];
}

/** The grey map in colour: clear where nothing matters, over red to yellow where the answer rests. */
function heatOf(explanation) {
  const heat = document.createElement('canvas');
  const map = new Image();
  map.onload = () => {
    [heat.width, heat.height] = [map.width, map.height];
    const context = heat.getContext('2d');
    context.drawImage(map, 0, 0);
    const pixels = context.getImageData(0, 0, map.width, map.height);
    for (let i = 0; i < pixels.data.length; i += 4) {
      const level = pixels.data[i];
      pixels.data.set([255, Math.max(0, 2 * level - 255), 0, level], i);
    }
    context.putImageData(pixels, 0, 0);
  };
  map.src = `data:image/png;base64,${explanation.heatMap}`;
  return heat;
}

function cardOf(face, index) {
  const card = document.createElement('li');
  const title = add(card, 'h3');
  const button = add(title, 'button', index + 1);
  button.type = 'button';
  button.setAttribute('aria-label', `Mark face ${index + 1} in the picture`);
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => choose(index));
  add(title, 'span', `${face.expression}, ${percent(face.topProbability)}`);
  const list = add(card, 'dl', '', 'classes');
  for (const {expression, probability} of face.probabilities) {
    const row = add(list, 'div');
    add(row, 'dt', expression);
    const bar = add(row, 'dd', '', 'bar');
    bar.setAttribute('aria-hidden', 'true');
    add(bar, 'i').style.width = share(probability, 1);
    add(row, 'dd', percent(probability));
  }
  if (face.explanation) {
    add(card, 'p', `Covering the brightest part takes ${percent(face.explanation.largestDrop)} from ${face.explanation.expression}.`, 'soft');
  }
  return card;
}

function choose(index) {
  const button = faces.children[index].querySelector('button');
  const chosen = button.getAttribute('aria-pressed') !== 'true';
  [...faces.children].forEach((card, i) => {
    card.classList.toggle('chosen', chosen && i === index);
    card.querySelector('button').setAttribute('aria-pressed', `${chosen && i === index}`);
  });
  [...stage.querySelectorAll('.box')].forEach((box, i) => box.classList.toggle('chosen', chosen && i === index));
}

function tellFigures(answer, milliseconds) {
  const figures = find('figures');
  figures.replaceChildren();
  const phases = Object.entries(answer.milliseconds).map(([name, time]) => `${name} ${time.toFixed(1)}`).join(', ');
  const rows = [['Model', answer.model], ['Version', answer.version ?? 'asked for by its name'], ['SHA-256', answer.digest],
    ['Milliseconds', phases], ['With the network', `${milliseconds.toFixed(0)} ms`]];
  for (const [name, value] of rows) {
    add(figures, 'dt', name);
    add(figures, 'dd', value);
  }
  find('details').hidden = false;
}

// Pictures

async function take(blob) {
  if (!blob) {
    return;
  }
  stopCamera();
  let image = null;
  try {
    image = await createImageBitmap(blob);
  } catch {
    // a format that the service may know and the browser does not
  }
  await ask(blob, image);
  if (matchMedia('(max-width: 56rem)').matches) {
    find('answer-title').scrollIntoView(); // below what was asked, it would not be seen
  }
}

async function askAgain() {
  if (shown && !stream) {
    await ask(shown.blob, shown.image);
  }
}

// The camera

async function startCamera() {
  if (!navigator.mediaDevices) {
    say('The browser gives the camera only to pages over HTTPS or on localhost.', 'bad');
    return;
  }
  const video = document.createElement('video');
  find('camera').hidden = true; // a second press would open a second camera
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'user', width: {ideal: 640}}});
    video.srcObject = stream;
    video.muted = true;
    video.playsInline = true;
    await video.play();
  } catch (fault) {
    stopCamera();
    say(fault.name === 'NotAllowedError' ? 'The camera was refused: allow it for this page in the browser.' : 'There is no camera that can be used.', 'bad');
    return;
  }
  find('watching').hidden = false;
  find('stop').focus();
  await watch(video, stream);
}

/** One frame a request: the next one is taken when the one before is answered. */
async function watch(video, own) {
  const frame = document.createElement('canvas');
  while (stream === own) {
    [frame.width, frame.height] = [video.videoWidth, video.videoHeight];
    frame.getContext('2d').drawImage(video, 0, 0);
    const blob = await new Promise(resolve => frame.toBlob(resolve, 'image/jpeg', 0.9));
    const {wait, stop} = await ask(blob, await createImageBitmap(frame));
    if (stop) {
      stopCamera();
    }
    await pause(wait ?? 0);
  }
}

function stopCamera() {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  const watched = !find('watching').hidden;
  find('watching').hidden = true;
  find('camera').hidden = false;
  if (watched) {
    find('camera').focus({preventScroll: true}); // the last frame stays in view
  }
}

// What people do

const drop = find('drop');
find('file').addEventListener('change', event => take(event.target.files[0]));
find('camera').addEventListener('click', startCamera);
find('stop').addEventListener('click', stopCamera);
find('explain').addEventListener('change', askAgain);
find('cropped').addEventListener('change', askAgain);
find('key-form').addEventListener('submit', async event => {
  event.preventDefault();
  key = find('key').value.trim();
  find('key').value = '';
  find('key-form').hidden = true;
  lookForModel();
  await askAgain();
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, event => {
    event.preventDefault(); // or the browser would leave the page for the picture
    drop.classList.toggle('over', name === 'dragover');
  });
}
document.addEventListener('drop', event => take(event.dataTransfer.files[0]));
document.addEventListener('paste', event => take(event.clipboardData.files[0]));
lookForModel();
