// Hands the chosen picture to the rich text editor that opened this window.
document.querySelector(".picture-choice")?.addEventListener("click", ({ target }) => {
  const button = target.closest("button")
  const receiver = new URLSearchParams(location.search).get("CKEditorFuncNum")
  if (!button || !receiver || !window.opener) return
  const { address, alt } = button.dataset
  window.opener.CKEDITOR.tools.callFunction(receiver, address, { alternative_text: alt })
  window.close()
})
