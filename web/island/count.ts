// Counting in the language of the page.

const rules = new Intl.PluralRules(document.documentElement.lang || "en");
const numbers = new Intl.NumberFormat(document.documentElement.lang || "en", { useGrouping: "min2" });

/** The sentence for n, from the plural forms an element carries as data-PREFIX-one and so on. */
export function count(element: HTMLElement, prefix: string, n: number): string {
  const at = (category: string) => element.getAttribute(`data-${prefix}${category}`);
  const form = at(rules.select(n)) ?? at("other") ?? "{n}";
  return form.replace("{n}", numbers.format(n));
}
