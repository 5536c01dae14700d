/* Printing: open every solution and hint and use the light page; afterwards put all back. */
(() => {
  const page = document.documentElement;
  let theme, closed;
  addEventListener("beforeprint", () => {
    theme = page.dataset.theme;
    page.dataset.theme = "light";
    closed = [...document.querySelectorAll("article details:not([open], .hide)")];
    closed.forEach((box) => (box.open = true));
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = theme;
    closed.forEach((box) => (box.open = false));
  });
})();
