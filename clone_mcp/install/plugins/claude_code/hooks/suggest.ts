// Puts what Clone expects the person to type into the prompt box, dim; Tab takes it. The Stop hook has asked for it and
// left it in the session's file, so nothing is asked twice. Where a client has no such modules, nothing is missing.
import type { Register } from 'claude-code'

const AFTER_MS = 400 // the prompt box must be idle again

export const register: Register = (on) => {
  on('turn.complete', async ($, e, next) => {
    const result = await next(e)
    if (e.agentId !== undefined || e.isAborted) return result
    $.clock.after(AFTER_MS, async () => {
      try {
        const info = await $.session.info()
        const own = await $.env.get('HOME')
        const data = await $.env.get('XDG_DATA_HOME')
        const named = await $.env.get('CLONE_HOME')
        const usual = info.platform === 'macos' ? `${own}/Library/Application Support` : data || `${own}/.local/share`
        const home = named || `${usual}/clone`
        const session = await $.session.id()
        const left = JSON.parse(await $.fs.read(`${home}/hook_states/claude-code-${session}.json`))
        const guess = left.guess
        if (guess && guess.shown && guess.text && guess.prompt === info.promptId) await $.prompt.suggest({ text: guess.text })
      } catch {
        // No Clone has run here yet, or it is of another version: no suggestion.
      }
    })
    return result
  })
}
