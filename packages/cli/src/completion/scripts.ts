export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** How a script is installed for good, by shell. */
export const installations: Readonly<Record<Shell, string>> = {
  bash: 'echo \'eval "$(forge completion bash)"\' >> ~/.bashrc',
  zsh: 'echo \'eval "$(forge completion zsh)"\' >> ~/.zshrc   (after compinit)',
  fish: 'forge completion fish > ~/.config/fish/completions/forge.fish',
};

/**
 * The completion script of a shell. It asks `forge __complete`, so it never has to be written again after an update.
 * @param program what to ask if there is no `forge` on the PATH. Never a `./forge` that is typed: it may be a stranger's
 */
export function completionScript(shell: Shell, program: string): string {
  return scripts[shell].replaceAll('PROGRAM', `'${program.replaceAll("'", "'\\''")}'`);
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of forge for bash.
_forge_completion() {
  local line="\${COMP_LINE:0:COMP_POINT}" program candidate current
  program="$(type -P forge)" || program=PROGRAM
  COMPREPLY=()
  # Bash replaces only what follows the last : or =, unless COMP_WORDBREAKS lacks them.
  current="\${line##*[[:space:]]}"
  local before="\${current%"\${current##*["$COMP_WORDBREAKS"]}"}"
  while IFS= read -r candidate; do
    if [[ $candidate == :files ]]; then
      type compopt &>/dev/null && compopt -o filenames
      while IFS= read -r candidate; do COMPREPLY+=("$candidate"); done < <(compgen -f -- "$2")
    else
      candidate="\${candidate%%$'\\t'*}"
      COMPREPLY+=("\${candidate#"$before"}")
    fi
  done < <("$program" __complete bash "$line" 2>/dev/null)
}
complete -F _forge_completion forge
`,
  zsh: `#compdef forge
# Completion of forge for zsh.
_forge() {
  local program="\${commands[forge]:-PROGRAM}" line value
  local -a lines candidates
  local files=0
  lines=("\${(@f)$("$program" __complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == :files ]]; then
      files=1
    elif [[ -n $line ]]; then
      value="\${line%%$'\\t'*}"
      candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
    fi
  done
  (( $#candidates )) && _describe forge candidates
  (( files )) && _files
}
if [[ \${funcstack[1]} == _forge ]]; then
  _forge "$@"
else
  compdef _forge forge
fi
`,
  fish: `# Completion of forge for fish.
function __forge_completion
  set -l program (command -s forge; or echo PROGRAM)[1]
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($program __complete fish $words[2..-1] "$current" 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c forge -f -a '(__forge_completion)'
`,
};
