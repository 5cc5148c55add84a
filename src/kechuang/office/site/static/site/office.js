// What pages gain where scripts run. Everything works without this file.
(function () {
  "use strict";

  var announcer = document.getElementById("announcer");

  function announce(text) {
    if (announcer && text) {
      announcer.textContent = "";
      window.requestAnimationFrame(function () {
        announcer.textContent = text;
      });
    }
  }

  // A part of the page that is being fetched says so, and says when it is there.
  document.addEventListener("htmx:beforeRequest", function (event) {
    event.detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    event.detail.target.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var told = event.target.querySelector("[data-announce]");
    if (told) {
      announce(told.getAttribute("data-announce"));
    }
    if (document.activeElement === document.body) {
      var place = event.target.querySelector("[data-focus]");
      if (place) {
        place.focus({ preventScroll: true });
      }
    }
    count();
  });
  // Refusals and errors come as whole pages: show them instead of the part.
  document.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  // The bulk bar counts.
  function boxes() {
    return Array.prototype.slice.call(document.querySelectorAll("input[name=selected]"));
  }
  function count() {
    var bar = document.querySelector("[data-bulk]");
    if (!bar) {
      return;
    }
    var all = boxes();
    var every = bar.querySelector("[data-every]");
    var chosen = every && every.checked
      ? Number(every.getAttribute("data-every"))
      : all.filter(function (box) { return box.checked; }).length;
    bar.querySelector("[data-count]").textContent = String(chosen);
    Array.prototype.forEach.call(bar.querySelectorAll("button"), function (button) {
      button.disabled = chosen === 0;
    });
    var whole = document.querySelector("[data-all]");
    if (whole) {
      whole.hidden = false;
      whole.checked = chosen > 0 && chosen >= all.length;
      whole.indeterminate = chosen > 0 && chosen < all.length;
    }
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) {
      boxes().forEach(function (box) { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-all], [data-every], input[name=selected]")) {
      count();
    }
  });
  count();

  // Menus close on Escape and when one looks elsewhere.
  function closeMenus(except) {
    Array.prototype.forEach.call(document.querySelectorAll("details.menu[open]"), function (menu) {
      if (menu !== except) {
        menu.open = false;
      }
    });
  }
  document.addEventListener("keydown", function (event) {
    var menu = event.target.closest && event.target.closest("details.menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });

  // A menu that would stand out of the window opens to the other side.
  document.addEventListener("toggle", function (event) {
    var menu = event.target;
    if (!menu.open || !menu.classList.contains("drop-left")) {
      return;
    }
    var body = menu.querySelector(".drop-body");
    if (body.getBoundingClientRect().right > document.documentElement.clientWidth) {
      menu.classList.remove("drop-left");
    }
  }, true);

  // The source of a value goes away on Escape until one looks elsewhere.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      document.documentElement.setAttribute("data-tips", "off");
    }
  });
  ["focusin", "mouseover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.target.closest && event.target.closest(".sourced")) {
        document.documentElement.removeAttribute("data-tips");
      }
    });
  });

  // A page that is made to be printed has a button for it.
  Array.prototype.forEach.call(document.querySelectorAll("[data-print]"), function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // A form is sent once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again")) {
      return;
    }
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    window.setTimeout(function () { form.removeAttribute("aria-busy"); }, 5000);
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[aria-busy]"), function (form) {
      form.removeAttribute("aria-busy");
    });
  });
})();
