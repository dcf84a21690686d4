"use strict";
/* The one global of the site's scripts. Every other file hangs one named part on it. Here are its texts: each is written
 * in English, and shown in the language of the site, which js/language.js brings. */
// What opened a sealed site outlives its pages, each of which begins here anew.
var sitegen = { sealed: sitegen ? sitegen.sealed : undefined };
(function (sitegen) {
  let texts = {};
  let formOf = (count) => (count === 1 ? 0 : 1);

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (values && Object.hasOwn(values, name) ? values[name] : whole));
  }

  // The language of dates and numbers: that of the page, English as most of the world writes it.
  sitegen.locale = () => {
    const tag = document.documentElement.lang || "en";
    return tag === "en" ? "en-GB" : tag;
  };

  // A number for people, with so many digits after its point.
  sitegen.number = (value, digits = 0) => value.toLocaleString(
    sitegen.locale(), digits ? { minimumFractionDigits: digits, maximumFractionDigits: digits } : undefined);

  // An English text in the language of the site, with `values` in the places of their names in braces.
  sitegen.say = (text, values) => filled(Object.hasOwn(texts, text) ? texts[text] : text, values);

  // One of two English texts, by `count`, which stands in them as {count}.
  sitegen.sayCount = (singular, plural, count, values) => {
    const forms = Object.hasOwn(texts, singular) ? texts[singular] : [singular, plural];
    return filled(forms[Math.min(formOf(count), forms.length - 1)], { count: sitegen.number(count), ...values });
  };

  // Called by js/language.js: texts by their English, several forms where a count decides, and which form a count takes.
  sitegen.language = (catalogue, plural) => {
    texts = catalogue;
    formOf = plural;
  };
})(sitegen);
