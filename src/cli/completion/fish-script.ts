/** What fish is to do at a Tab. */
export const FISH_SCRIPT = `# Completion of xen-evtchn for fish. In ~/.config/fish/config.fish: xen-evtchn completion fish | source
function __xen_evtchn_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] __complete fish $words[2..] $current 2>/dev/null)
    set -l option (string match -r -- '^--[^=]*=' $current)
    set -l value (string replace -- "$option" '' $current)
    switch "$answer[1]"
        case words
            printf '%s\\n' $answer[2..]
        case files
            printf '%s\\n' "$option"(__fish_complete_path $value)
        case directories
            printf '%s\\n' "$option"(__fish_complete_directories $value)
        case 'command *'
            set -l from (math (string replace 'command ' '' $answer[1]) + 2)
            set -l inner (string escape -- $words[$from..])
            complete -C "$inner $current"
    end
end
complete -c xen-evtchn -f -a '(__xen_evtchn_complete)'
`;
