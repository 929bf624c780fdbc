/**
 * What bash is to do at a Tab. Readline cuts words at `=` and `:` too, so they are put together first, and what the answer
 * repeats of the word is cut off again. Where files are wanted nothing is answered: readline's own way knows about quotes.
 */
export const BASH_SCRIPT = `# Completion of xen-evtchn for bash. In ~/.bashrc: source <(xen-evtchn completion bash)
_xen_evtchn() {
    local IFS=$'\\n' rest=\${COMP_LINE:0:COMP_POINT} word space i
    local -a words=() starts=() answer=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        space=\${rest%%[![:space:]]*}
        rest=\${rest#"$space"}
        word=\${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && word=$rest
        rest=\${rest#"$word"}
        if [[ -n $space || i -eq 0 ]]; then
            words+=("$word")
            starts+=("$i")
        else
            words[-1]+=$word
        fi
    done
    mapfile -t answer < <("\${1/#\\~/$HOME}" __complete bash "\${words[@]:1}" 2>/dev/null)
    local current=\${words[-1]} known=
    [[ $current == *[=:]* ]] && known=\${current%"\${current##*[=:]}"}
    COMPREPLY=()
    case \${answer[0]} in
        files) compopt -o default ;;
        directories) compopt -o dirnames ;;
        words)
            for word in "\${answer[@]:1}"; do
                word=\${word%%$'\\t'*}
                COMPREPLY+=("\${word#"$known"}")
            done
            ;;
        command\\ *)
            i=$((\${answer[0]#command } + 1))
            if ((i == \${#words[@]} - 1)); then
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -c -- "$current")
            elif declare -F _comp_command_offset >/dev/null; then
                _comp_command_offset "\${starts[i]}"
            elif declare -F _command_offset >/dev/null; then
                _command_offset "\${starts[i]}"
            else
                compopt -o default
            fi
            ;;
    esac
}
complete -F _xen_evtchn xen-evtchn
`;
