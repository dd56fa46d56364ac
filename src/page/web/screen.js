/**
 * A video that grows: pieces are appended to what plays. Where the browser can't do that, or can't
 * read the pieces, it plays the file that they make.
 */
export class Screen {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
    this.owner = null;
    this.given = 0;
    this.pieces = [];
    this.whole = false;
    this.source = null;
    this.buffer = null;
  }

  /**
   * Shows `pieces` of `type`, all from the first; `owner` tells one video from another, and `whole`
   * whether no more will come.
   */
  show(owner, pieces, type, whole) {
    const grows = this.owner === owner && pieces.length >= this.given && this.given > 0;
    this.pieces = pieces;
    this.whole = whole;
    if (!grows) this.#begin(owner, type);
    else if (this.source) this.#append();
    else if (pieces.length > this.given) this.#playFile();
  }

  /** Plays from the beginning. */
  play() {
    this.video.currentTime = 0;
    // A browser may refuse, or the video change meanwhile: the controls are still there.
    this.video.play().catch(() => {});
  }

  #begin(owner, type) {
    this.owner = owner;
    this.given = 0;
    this.#release();
    if (this.pieces.length === 0) return;
    if (type === null || !globalThis.MediaSource?.isTypeSupported(type)) {
      this.#playFile();
      return;
    }
    const source = new MediaSource();
    this.source = source;
    this.video.src = URL.createObjectURL(source);
    source.addEventListener("sourceopen", () => {
      if (this.source !== source) return;
      this.buffer = source.addSourceBuffer(type);
      this.buffer.addEventListener("updateend", () => this.source === source && this.#append());
      this.buffer.addEventListener("error", () => this.source === source && this.#playFile());
      this.#append();
    });
  }

  /** Appends the next piece, unless one is being read; called again when that has been. */
  #append() {
    if (!this.buffer || this.buffer.updating || this.source.readyState !== "open") return;
    if (this.given >= this.pieces.length) {
      if (this.whole) this.source.endOfStream();
      return;
    }
    this.given += 1;
    try {
      this.buffer.appendBuffer(this.pieces[this.given - 1]);
    } catch {
      this.#playFile();
    }
  }

  #playFile() {
    this.#release();
    this.given = this.pieces.length;
    this.video.src = URL.createObjectURL(new Blob(this.pieces, { type: "video/mp4" }));
  }

  #release() {
    this.source = null;
    this.buffer = null;
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.video.load();
  }
}
