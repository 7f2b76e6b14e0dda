// Warns before a sign-in ends, and covers the page once it has ended; what was typed stays in it. Without this script
// the server asks whoever sends a form too late to sign in first, and then takes what they had typed.
const box = document.getElementById("leaving");
const WARNING = 120;
const [stay, again] = ["leaving-stay", "leaving-in"].map((id) => document.getElementById(id));
const words = document.getElementById("leaving-words");
const title = document.getElementById("leaving-title");
const [saidWords, saidTitle] = [words.innerHTML, title.textContent];
let ends = Date.now() + Number(box.dataset.secondsLeft) * 1000;
let over = false;

const secondsLeft = () => Math.max(0, Math.round((ends - Date.now()) / 1000));

// Another tab may have kept the sign-in alive, or ended it: only the server knows.
async function ask(attended) {
  try {
    const headers = attended ? {} : { "sufficiency-unattended": "1" };
    const answer = await fetch("/session", { headers });
    if (answer.ok) ends = Date.now() + (await answer.json()).seconds_left * 1000;
  } catch {
    // Not reachable: what we knew still holds.
  }
}

function show() {
  const seconds = secondsLeft();
  if (seconds > WARNING) {
    if (box.open) box.close();
    if (over) restore();
    return;
  }
  if (!box.open) box.showModal();
  if (seconds === 0 && !over) end();
  const minutes = Math.ceil(seconds / 60);
  const said = minutes === 1 ? "1 minute" : minutes + " minutes";
  const place = document.getElementById("leaving-left");
  if (place && place.textContent !== said) place.textContent = said;
}

function end() {
  over = true;
  title.textContent = "You have been signed out";
  words.textContent = "Nothing happened here for 30 minutes. Sign in again in a new tab, then come back to this one and go on.";
  stay.hidden = true;
  again.hidden = false;
  again.focus();
}

function restore() {
  over = false;
  title.textContent = saidTitle;
  words.innerHTML = saidWords;
  stay.hidden = false;
  again.hidden = true;
}

async function look() {
  if (secondsLeft() <= WARNING) await ask(false);
  show();
}

stay.addEventListener("click", async () => {
  await ask(true);
  show();
});
// It stays until it is answered: escape would uncover a page that nobody may be sitting at.
box.addEventListener("cancel", (event) => event.preventDefault());
addEventListener("focus", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
setInterval(look, 10000);
