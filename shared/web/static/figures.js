// Keeps the tiles of the figures page as the stream says; without it the page shows what it was loaded with.
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !window.EventSource) return;
  var LARGE = 1000000; // pence, from which on nobody reads the last two digits

  function plain(number, digits) {
    return number.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  // As the server writes it, so that a tile that says the same as before does not look as if it had moved.
  function written(tile, digits) {
    if (tile.value === null) return "no data";
    if (tile.unit.indexOf("pence") === 0) {
      return "£" + plain(tile.value / 100, tile.value % 100 && Math.abs(tile.value) < LARGE ? 2 : 0);
    }
    var number = plain(tile.value, digits);
    if (tile.unit === "%") return number + "%";
    var unit = tile.value === 1 ? tile.unit.replace(/s$/, "") : tile.unit;
    return tile.unit === "children" || !tile.unit ? number : number + " " + unit;
  }

  function show(tile) {
    var place = document.querySelector('[data-measure="' + tile.measure + '"]');
    if (!place) return;
    var value = place.querySelector(".house-tile__value");
    var said = written(tile, Number(place.dataset.decimals));
    if (value.textContent === said) return;
    value.textContent = said;
    value.classList.toggle("house-tile__value--none", tile.value === null);
    value.classList.toggle("house-tile__value--long", tile.value !== null && said.length > 9);
    if (tile.unit === "%" && tile.denominator !== null && tile.numerator !== null) {
      place.querySelector(".house-tile__note").textContent = plain(tile.numerator, 0) + " of " + plain(tile.denominator, 0);
    }
    place.classList.add("house-tile--moved");
    window.setTimeout(function () { place.classList.remove("house-tile--moved"); }, 2500);
  }

  var stream = new EventSource(live.dataset.stream);
  stream.addEventListener("figures", function (event) {
    JSON.parse(event.data).forEach(show);
    live.textContent = "Live. Last heard at " + new Date().toLocaleTimeString("en-GB") + ".";
  });
  stream.addEventListener("error", function () {
    live.textContent = "Not live just now: trying again. The figures below are the last that came.";
  });
})();
