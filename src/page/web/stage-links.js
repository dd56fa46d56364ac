/** The links of the overlay: all that are whole in one outline, all that are cut in another. */
import { links } from "#page/overlay";

/** With more links than this, they are drawn faintly. */
const MANY = 300;

export class LinkLayer {
  /**
   * @param {object} group where links are drawn: a d3 selection
   * @param {object} run the run
   * @param {boolean} shown whether links are drawn at all
   */
  constructor(group, run, shown) {
    this.#links = shown ? links(run) : [];
    this.#contacts = run.clients.flatMap((client) => {
      const { contact } = run.endpoints[client];
      return contact === null ? [] : [[client, contact]];
    });
    const many = this.#links.length > MANY ? " many" : "";
    this.#whole = group.append("path").attr("class", `links${many}`);
    this.#cut = group.append("path").attr("class", "links cut");
    this.#joined = group.append("path").attr("class", "links contact");
  }

  #links;
  #contacts;
  #whole;
  #cut;
  #joined;
  #drawn;

  /** What is drawn is drawn again: places have changed. */
  forget() {
    this.#drawn = undefined;
  }

  /** Shows which links are cut (either way) where endpoints stand at `places`. */
  draw(now, places) {
    const key = [...now.cut].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const isCut = ([one, other]) =>
      now.cut.has(`${one} ${other}`) || now.cut.has(`${other} ${one}`);
    const point = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    const line = ([one, other]) => `M${point(places[one])}L${point(places[other])}`;
    const outline = (pairs) => pairs.map(line).join("");
    const contacts = this.#contacts;
    this.#whole.attr("d", outline(this.#links.filter((pair) => !isCut(pair))));
    this.#cut.attr("d", outline([...this.#links, ...contacts].filter(isCut)));
    this.#joined.attr("d", outline(contacts.filter((pair) => !isCut(pair))));
  }
}
