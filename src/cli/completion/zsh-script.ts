/** What zsh is to do at a Tab: as a file \`_xen-evtchn\` in $fpath, or sourced once \`compinit\` is done. */
export const ZSH_SCRIPT = `#compdef xen-evtchn
# Completion of xen-evtchn for zsh. In ~/.zshrc, after compinit: source <(xen-evtchn completion zsh)
_xen-evtchn() {
  local -a answer candidates
  local line value description from
  answer=("\${(@f)$("\${(Q)words[1]}" __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  case $answer[1] in
    files)
      compset -P '--*='
      _files
      ;;
    directories)
      compset -P '--*='
      _files -/
      ;;
    words)
      for line in "\${(@)answer[2,-1]}"; do
        value=\${\${line%%$'\\t'*}//:/\\\\:}
        description=\${line#*$'\\t'}
        candidates+=("$value\${description:+:$description}")
      done
      _describe -t values value candidates
      ;;
    command\\ *)
      from=\${answer[1]#command }
      shift $((from + 1)) words
      ((CURRENT -= from + 1))
      _normal
      ;;
    *)
      return 1
      ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _xen-evtchn "$@"
else
  compdef _xen-evtchn xen-evtchn
fi
`;
