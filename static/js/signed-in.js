/* Says whether somebody is still signed in, or nothing if the site does not answer. It counts as being at work, so that the sign-in goes
   on. Signing in anew, in another tab, changes the token of every form: the forms of this page get the one that holds now. */
window.signedIn = async () => {
  try {
    const answer = await fetch("/accounts/", { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const { value } = page.querySelector("[name=csrfmiddlewaretoken]");
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = value;
    return true;
  } catch {
    return undefined;
  }
};
