// Small comforts. Every page and form works without this file.
(function () {
  "use strict";

  // Theme: automatic, light, dark. The choice stays in this browser.
  var THEMES = ["auto", "light", "dark"];
  var THEME_WORDS = { auto: "Auto", light: "Light", dark: "Dark" };
  function showTheme(button) {
    var theme = document.documentElement.dataset.theme;
    button.querySelector("[data-theme-word]").textContent = THEME_WORDS[theme];
    button.querySelectorAll("[data-theme-icon]").forEach(function (icon) {
      icon.hidden = icon.dataset.themeIcon !== theme;
    });
    button.hidden = false;
  }
  function nextTheme(button) {
    var root = document.documentElement;
    root.dataset.theme = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
    try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* kept for this page only */ }
    document.dispatchEvent(new Event("portal:theme"));
    showTheme(button);
  }

  // Menus are <details>: a click outside or Escape closes them.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) { menu.open = false; }
    });
  }

  // <form data-confirm="Delete Northwind?" data-confirm-button="Delete"> asks once.
  function ask(form, submitter) {
    var dialog = document.createElement("dialog");
    var words = document.createElement("p");
    var row = document.createElement("div");
    var yes = document.createElement("button");
    var no = document.createElement("button");
    words.textContent = form.dataset.confirm;
    words.id = "confirm-words";
    dialog.setAttribute("aria-labelledby", words.id);
    row.className = "form-actions";
    yes.className = "btn btn-danger";
    no.className = "btn btn-secondary";
    yes.textContent = form.dataset.confirmButton || "Yes, do it";
    no.textContent = "Cancel";
    yes.addEventListener("click", function () {
      dialog.close();
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter && submitter.isConnected ? submitter : undefined);
    });
    no.addEventListener("click", function () { dialog.close(); });
    dialog.addEventListener("close", function () { dialog.remove(); });
    row.append(no, yes);
    dialog.append(words, row);
    document.body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.confirm && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, event.submitter);
      return;
    }
    delete form.dataset.confirmed;
    if (form.method !== "post") { return; }
    if (form.dataset.busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.busy = "yes";
    delete form.dataset.dirty;
    if (event.submitter) { event.submitter.classList.add("is-busy"); }
    window.setTimeout(release, 8000, form); // a download or a lost connection must not lock the form
  }, true);

  function release(form) {
    delete form.dataset.busy;
    form.querySelectorAll(".is-busy").forEach(function (button) { button.classList.remove("is-busy"); });
  }
  function releaseAll() { document.querySelectorAll("form[data-busy]").forEach(release); }
  window.addEventListener("pageshow", releaseAll);
  document.addEventListener("htmx:afterRequest", releaseAll);

  // <form data-guard>: leaving with unsaved changes asks first.
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.matches("[data-guard]")) { form.dataset.dirty = "yes"; }
  });
  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector("form[data-guard][data-dirty]")) { event.preventDefault(); }
  });

  // <button data-copy="#element"> copies what the element holds; <button data-copy="text"> the text.
  function copy(button) {
    var wanted = button.dataset.copy;
    var source = wanted.charAt(0) === "#" ? document.querySelector(wanted) : null;
    var text = source ? (source.value || source.innerText) : wanted;
    navigator.clipboard.writeText(text.trim()).then(function () {
      var word = button.querySelector("[data-copy-word]") || button;
      var before = word.textContent;
      word.textContent = "Copied";
      window.setTimeout(function () { word.textContent = before; }, 2000);
    });
  }

  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
    var button = event.target.closest("[data-theme-toggle], [data-copy]");
    if (!button) { return; }
    if (button.matches("[data-theme-toggle]")) { nextTheme(button); } else { copy(button); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  document.querySelectorAll("[data-theme-toggle]").forEach(showTheme);
  if (navigator.clipboard) {
    document.querySelectorAll("[data-copy]").forEach(function (button) { button.hidden = false; });
  }
})();
