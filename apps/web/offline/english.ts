/** Texts about new versions and about what is stored in the browser. */

export const english = {
  newVersion: "A new version is there.",
  newVersionNote:
    "All open tabs of this site load it, and your files stay. If you choose Later, it is loaded when you next open the site.",
  loadNow: "Load it now",
  later: "Later",
  stored: {
    title: "What is stored, and where",
    paragraphs: [
      "Your files and your settings are stored in this browser, on this computer, and nowhere else. Nothing is sent anywhere. The lab can save your files as a zip, to keep a copy.",
      "The browser also stores a copy of this site, so that it opens without a network.",
    ],
    ready: "The copy is complete.",
    open: "Delete everything stored here",
    question: "Delete everything stored here?",
    loss: "Your files, recordings, settings and the copy of this site are deleted from this browser. Save a zip of your files first if you want to keep them. This cannot be undone.",
    yes: "Delete everything",
    cancel: "Cancel",
    done: "Everything is deleted.",
    again: "Open the page again",
    againNote: "You need a network for that.",
    failed: "The browser could not delete everything. Delete the data of this site in the browser's settings.",
  },
};
