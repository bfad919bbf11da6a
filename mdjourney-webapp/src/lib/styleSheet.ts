/** Emotion's styles put into a constructed style sheet, which `style-src 'self'` lets through (a `<style>` it does not). */
import createCache, { type EmotionCache } from "@emotion/cache";
import { StyleSheet } from "@emotion/sheet";

class ConstructedSheet extends StyleSheet {
  private sheet: CSSStyleSheet | null = null;

  private own(): CSSStyleSheet {
    if (!this.sheet) {
      this.sheet = new CSSStyleSheet();
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    }
    return this.sheet;
  }

  override insert(rule: string): void {
    const sheet = this.own();
    try {
      sheet.insertRule(rule, sheet.cssRules.length);
    } catch {
      // A selector this browser does not know (`:-moz-...`) is one rule less, as emotion does it too.
    }
  }

  override flush(): void {
    if (!this.sheet) return;
    const gone = this.sheet;
    this.sheet = null;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== gone);
  }
}

/** The cache for `CacheProvider`; plain `<style>` elements where the browser cannot construct sheets. */
export function styleCache(): EmotionCache {
  const cache = createCache({ key: "mdj", speedy: true });
  const constructs = "adoptedStyleSheets" in Document.prototype;
  if (constructs) cache.sheet = new ConstructedSheet({ key: "mdj", container: document.head, speedy: true });
  return cache;
}
