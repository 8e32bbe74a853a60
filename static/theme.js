// Runs before the first paint, so that a dark screen never flashes white. The button is in app.js.
(function () {
  "use strict";
  var chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch (error) { /* storage may be forbidden */ }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function paint() {
    var theme = document.documentElement.dataset.theme || chosen;
    if (theme !== "light" && theme !== "dark") { theme = dark.matches ? "dark" : "light"; }
    document.documentElement.dataset.bsTheme = theme;
  }
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : "auto";
  paint();
  dark.addEventListener("change", paint);
  document.addEventListener("portal:theme", paint);
})();
