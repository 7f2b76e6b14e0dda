// Keeps one part of a page as the server has it now; without it the page shows what it was loaded with.
const place = document.getElementById("afresh");

async function again() {
  if (document.hidden || place.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html", "sufficiency-unattended": "1" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("afresh");
    const open = [...place.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
    if (!fresh) return;
    for (const one of fresh.querySelectorAll("details > summary")) one.parentElement.open = open.includes(one.textContent);
    place.replaceChildren(...fresh.childNodes);
  } catch {
    // The server is away for a moment: what stands on the page says as at when.
  }
}

if (place) setInterval(again, Number(place.dataset.seconds) * 1000);
