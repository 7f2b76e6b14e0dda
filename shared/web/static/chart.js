// Says the point of a line that the pointer is nearest to; without it each point says itself, and the table says all.
const SVG = "http://www.w3.org/2000/svg";

function drawn(name, told) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  return made;
}

for (const chart of document.querySelectorAll(".house-chart")) {
  const points = [...chart.querySelectorAll(".house-chart__point")];
  const tip = drawn("g", { class: "house-chart__tip", visibility: "hidden" });
  const back = drawn("rect", { rx: 3, height: 26 });
  const words = drawn("text", { y: 18, x: 9 });
  tip.append(back, words);
  chart.append(tip);
  for (const point of points) point.replaceChildren();

  chart.addEventListener("pointermove", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse()).x;
    const far = (point) => Math.abs(Number(point.getAttribute("cx")) - at);
    const near = points.reduce((one, other) => (far(other) < far(one) ? other : one));
    words.textContent = near.dataset.said;
    const width = words.getComputedTextLength() + 18;
    const { width: whole } = chart.viewBox.baseVal;
    const left = Math.min(Math.max(Number(near.getAttribute("cx")) - width / 2, 0), whole - width);
    const top = Number(near.getAttribute("cy"));
    back.setAttribute("width", width);
    tip.setAttribute("transform", `translate(${left} ${top > 44 ? top - 38 : top + 12})`);
    tip.setAttribute("visibility", "visible");
    for (const point of points) point.classList.toggle("house-chart__point--near", point === near);
  });
  chart.addEventListener("pointerleave", () => {
    tip.setAttribute("visibility", "hidden");
    for (const point of points) point.classList.remove("house-chart__point--near");
  });
}
