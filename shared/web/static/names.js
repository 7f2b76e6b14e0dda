// Says who a child is beside the short reference, to those who may know: asked of referrals, which writes it down.
const MOST = 100;
const links = [...document.querySelectorAll("[data-child]")];
const children = [...new Set(links.map((link) => link.dataset.child))];

async function name(some) {
  const answer = await fetch("/referrals/children/names", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ children: some }),
  });
  if (!answer.ok) return; // the reference stays, and leads to the child
  const known = new Map((await answer.json()).map((one) => [one.child, one.name]));
  for (const link of links) {
    const called = known.get(link.dataset.child);
    if (called) link.textContent = `${called} (${link.textContent})`;
  }
}

for (let first = 0; first < children.length; first += MOST) {
  name(children.slice(first, first + MOST)).catch(() => {});
}
