# SPDX-License-Identifier: BSD-2-Clause
# fish completion of ses-policy-milter: made by ses-policy-milter --completion fish
# Files only where something takes them.
complete -c ses-policy-milter -f
complete -c ses-policy-milter -s c -l settings -r -F -d 'read the settings from FILE'
complete -c ses-policy-milter -l policy -r -F -d 'load policies from the file or folder PATH instead of those of the settings; may be repeated'
complete -c ses-policy-milter -l socket -x -d 'listen at SOCKET: unix:PATH, inet:PORT@HOST or inet6:PORT@HOST (public:inet:... where other hosts can reach it)'
complete -c ses-policy-milter -l user -x -d 'serve as user NAME (when started as root)'
complete -c ses-policy-milter -s f -l foreground -d 'log to standard error instead of syslog (the daemon never leaves the foreground)'
complete -c ses-policy-milter -l log -x -a 'journal syslog stderr json' -d 'log to WHERE: journal, syslog, stderr, or json (to standard error; default: journal under systemd, else syslog)'
complete -c ses-policy-milter -s t -l check -d 'load settings and policies as the daemon would, print what is wrong, and exit'
complete -c ses-policy-milter -l strict -d 'with --check: fail on warnings, and on errors and security problems that lint finds'
complete -c ses-policy-milter -l status -d 'ask the daemon that runs with these settings how it is, and exit'
complete -c ses-policy-milter -l json -d 'with --status: as JSON'
complete -c ses-policy-milter -s n -l print-settings -d 'print the settings in force as JSON, and exit'
complete -c ses-policy-milter -s V -l version -d 'print the version, those of the libraries, and how it was built, and exit'
complete -c ses-policy-milter -s h -l help -d 'print this help, and exit'
