// The page saves itself: a moment after each change the question it belongs to is posted, and the parts that
// come back take the place of those with their id. Without this file there is a Save button.
(function () {
  "use strict";

  var form = document.getElementById("proposal");
  if (!form) { return; }
  var PAUSE = 900;
  var RETRIES = [1000, 2000, 4000, 8000, 15000, 30000];
  var saved = document.getElementById("proposal-saved");
  var changed = new Set(), timer = 0, tries = 0, running = false, leaving = false;

  function say(words, state) { saved.textContent = words; saved.dataset.state = state; }

  function token() {
    var found = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
    return found ? decodeURIComponent(found[1]) : form.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function post(data) {
    data.set("csrfmiddlewaretoken", token());
    return fetch(window.location.href, { method: "POST", body: data, credentials: "same-origin", redirect: "manual" });
  }

  function later(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
  }

  // What of the form belongs to these questions; a field of a template or an unticked box is no part of it.
  function collect(questions) {
    var data = new FormData();
    new FormData(form).forEach(function (value, name) {
      if (!(value instanceof File && !value.size && !value.name) && questions.has(name.split("-")[0])) { data.append(name, value); }
    });
    data.set("do", "autosave");
    return data;
  }

  function save() {
    window.clearTimeout(timer);
    if (running || leaving || !changed.size) { return; }
    var sent = changed;
    changed = new Set();
    running = true;
    say("Saving…", "saving");
    post(collect(sent))
      .then(function (answer) {
        if (answer.status === 410 || answer.status === 404) { over(); return null; }
        if (![200, 409, 422].includes(answer.status)) { throw answer; }
        return answer.text().then(function (html) { took(html, answer.status); });
      })
      .catch(function (answer) {
        sent.forEach(function (name) { changed.add(name); });
        var many = answer && (answer.status === 429 || answer.status === 413);
        say(many ? "Not saved yet: one moment please" : "Not saved yet: trying again", "refused");
        later(RETRIES[Math.min(tries, RETRIES.length - 1)]);
        tries += 1;
      })
      .finally(function () {
        running = false;
        if (changed.size && !tries) { later(0); }
      });
  }

  // Handed in by somebody else, or the time is over: what was typed last stays to be read, but is not kept.
  function over() {
    leaving = true;
    settled();
    say("Not saved: nothing is taken any more. ", "refused");
    var link = document.createElement("a");
    link.href = window.location.href;
    link.textContent = "See what is there now";
    saved.append(link);
  }

  function settled() { delete form.dataset.dirty; }

  function took(html, status) {
    tries = 0;
    var page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("[data-part]").forEach(put);
    var problem = page.getElementById("proposal-problem");
    if (status === 200) {
      if (!changed.size) { settled(); }
      say("All saved", "saved");
    } else {
      say(problem ? problem.textContent : "Not everything is saved: see above", "refused");
    }
  }

  function put(part) {
    var old = document.getElementById(part.id);
    if (!old) { return; }
    var focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(document.adoptNode(part));
    if (focused) {
      var same = document.getElementById(focused.id) || part.querySelector("input:not([type=hidden])");
      if (same) { same.focus(); }
    }
    var question = part.closest("[data-question]");
    if (question && part.classList.contains("proposal-answer-state")) {
      var bad = Boolean(part.querySelector(".invalid-feedback"));
      question.querySelectorAll("input:not([type=hidden]), textarea, select").forEach(function (field) {
        field.classList.toggle("is-invalid", bad && !field.closest("[data-quote]"));
      });
      question.querySelectorAll(".proposal-box .invalid-feedback").forEach(function (words) { words.remove(); });
    }
  }

  function note(event, pause) {
    var question = event.target.form === form && event.target.closest("[data-question]");
    if (question) { touch(question, pause); }
  }
  function touch(question, pause) {
    changed.add(question.dataset.question);
    form.dataset.dirty = "yes";
    later(pause);
  }
  document.addEventListener("input", function (event) { note(event, PAUSE); });
  document.addEventListener("change", function (event) { note(event, event.target.type === "file" ? 0 : 200); });

  form.addEventListener("submit", function () { leaving = true; window.clearTimeout(timer); });
  window.addEventListener("pageshow", function () { leaving = false; });

  function count(quote) {
    quote.querySelectorAll("[data-lines] > [data-line]").forEach(function (line, at) {
      line.querySelectorAll("[data-number]").forEach(function (node) { node.textContent = "Price line " + (at + 1); });
    });
  }

  // A new price line from the template; its number is one more than the highest.
  document.addEventListener("click", function (event) {
    var gone = event.target.closest("[data-remove-line]");
    if (gone) {
      var quoteOf = gone.closest("[data-question]");
      gone.closest("[data-line]").remove();
      count(quoteOf);
      quoteOf.querySelector("[data-add-line]").focus();
      touch(quoteOf, 0);
    }
    var button = event.target.closest("[data-add-line]");
    if (!button) { return; }
    var quote = button.closest("[data-quote]");
    var lines = quote.querySelector("[data-lines]");
    var places = Array.from(lines.querySelectorAll("[data-line] input[name$='-label']")).map(function (field) {
      return Number(field.name.split("-")[1]);
    });
    var next = Math.max.apply(null, places.concat([-1])) + 1;
    var holder = document.createElement("template");
    holder.innerHTML = quote.querySelector("template").innerHTML
      .replaceAll("__n__", String(next)).replaceAll("__number__", String(lines.children.length + 1));
    holder.content.querySelectorAll("[data-with-script]").forEach(function (node) { node.hidden = false; });
    lines.append(holder.content);
    count(quote);
    lines.lastElementChild.querySelector("input").focus();
  });

  document.querySelectorAll("[data-without-script]").forEach(function (node) { node.hidden = true; });
  document.querySelectorAll("[data-with-script]").forEach(function (node) { node.hidden = false; });
  if (form.hasAttribute("data-unseen")) {
    var seen = new FormData();
    seen.set("do", "seen");
    post(seen).catch(function () { /* the first saving says it as well */ });
  }
})();
