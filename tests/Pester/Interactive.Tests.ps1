# The interactive chat in PowerShell at a terminal (tmux), and in a host without a console.

BeforeDiscovery {
    $noTmux = -not (Get-Command tmux -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    $manifest = $env:PSPAIRCHAT_MANIFEST
    $pwsh = (Get-Process -Id $PID).Path
    $timeoutSeconds = 60

    function Wait-Until([scriptblock] $Condition, [string] $What, [scriptblock] $Report = { }) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($watch.Elapsed.TotalSeconds -gt $timeoutSeconds) { throw "Timed out waiting for '$What':`n$(& $Report)" }
            Start-Sleep -Milliseconds 100
        }
    }

    # Starts PowerShell with the module in a new terminal. A command can set environment variables or signals.
    function Start-Window([string] $Environment) {
        $name = "pspairchat-$([guid]::NewGuid().ToString('N'))"
        $env:LC_ALL = 'C.UTF-8'
        $setup = "function prompt { 'PS> ' }; Import-Module '$manifest'; 'ready'"
        tmux -u -L $name -f /dev/null new-session -d -x 78 -y 22 "$Environment $pwsh -NoProfile -NoLogo -NoExit -Command `"$setup`"" ';' set -g status off
        Wait-Screen $name '(?m)^PS>$'
        $name
    }

    function Get-Screen([string] $Name) { (tmux -L $Name capture-pane -p) -join "`n" -replace '\n+$' }

    function Wait-Screen([string] $Name, [string] $Pattern) {
        Wait-Until { (Get-Screen $Name) -match $Pattern } $Pattern { Get-Screen $Name }
    }

    function Send-Line([string] $Name, [string] $Text) {
        tmux -L $Name send-keys -l $Text
        tmux -L $Name send-keys Enter
    }

    function Get-Port([string] $Name) { [regex]::Match((Get-Screen $Name), 'Listening on \S+:(\d+)\.').Groups[1].Value }
}

Describe 'The interactive chat at a terminal' -Skip:$noTmux {
    BeforeEach { $windows = @((Start-Window), (Start-Window)) }
    AfterEach { foreach ($window in $windows) { tmux -L $window kill-server } }

    It 'a server and a client chat, and both return to the prompt' {
        $server, $client = $windows
        Send-Line $server 'Start-ChatServer 0 -Handle HostA -BindAddress 127.0.0.1 -Interactive'
        Wait-Screen $server 'Waiting for a client\.\.\.$'
        Send-Line $client "`$null = Connect-ChatServer 127.0.0.1 $(Get-Port $server) Chris; Enter-ChatSession"
        Wait-Screen $client 'Type \\quit to leave\.\nChris>$'
        Send-Line $client 'test'
        Wait-Screen $server 'Established connection with 127\.0\.0\.1:\d+\.\.\.\nChris> test\nHostA>$'
        Send-Line $server 'hello'
        Wait-Screen $client 'Chris> test\nHostA> hello\nChris>$'
        Send-Line $client '\quit'
        Wait-Screen $client 'Chris> \\quit\nDisconnected\.\nPS>$'
        Wait-Screen $server 'HostA> hello\nChris has left\.\nListening on \S+\.\nWaiting for a client\.\.\.$'
        tmux -L $server send-keys C-c
        Wait-Screen $server 'Listening on \S+\.\nPS>$'
        foreach ($window in $windows) {
            Send-Line $window '"$(@(Get-ChatSession).Count) open, Ctrl+C a key: $([Console]::TreatControlCAsInput)"'
            Wait-Screen $window '\n0 open, Ctrl\+C a key: False\nPS>$'
        }
    }

    It 'commands of a room, completion, and detaching' {
        $server, $client = $windows
        Send-Line $server 'Start-ChatServer 0 -Room lobby -Handle HostA -BindAddress 127.0.0.1 -Interactive'
        Wait-Screen $server '\nHostA>$'
        Send-Line $client "Connect-ChatServer 127.0.0.1 $(Get-Port $server) Ann -Room lobby -Name desk -Interactive"
        Wait-Screen $client '\nAnn>$'
        Send-Line $client '\who'
        Wait-Screen $client 'Ann> \\who\nMembers: Ann, HostA\nAnn>$'
        Send-Line $client '/dance'
        Wait-Screen $client "'/dance' is not a command\. /help lists the commands; /say sends a text as it\n  is\.\nAnn> /dance$"
        tmux -L $client send-keys C-u '/m' Tab
        tmux -L $client send-keys -l 'ho'
        tmux -L $client send-keys Tab
        tmux -L $client send-keys -l 'psst'
        tmux -L $client send-keys Enter
        Wait-Screen $server '\n\[private\] Ann> psst\nHostA>$'
        (Get-Screen $server) | Should -Not -Match 'dance'
        tmux -L $client send-keys 'C-]'
        Wait-Screen $client 'Detached from the session desk\. To return to it, run Enter-ChatSession\.\nPS>$'
        Send-Line $client '(Get-ChatSession desk).State; Enter-ChatSession'
        Wait-Screen $client 'Connected\n(.*\n)*Ann>$'
        Send-Line $client '/quit'
        Wait-Screen $client 'Ann> /quit\nDisconnected\.\nPS>$'
    }

    It 'an incomplete line is preserved when the peer sends a message or leaves' {
        $server, $client = $windows
        Send-Line $server 'Start-ChatServer 0 -Handle HostA -BindAddress 127.0.0.1 -TurnOrder Free -Interactive'
        Wait-Screen $server 'Waiting for a client\.\.\.$'
        Send-Line $client "Connect-ChatServer 127.0.0.1 $(Get-Port $server) Chris -TurnOrder Free -Interactive"
        Wait-Screen $client '\nChris>$'
        tmux -L $client send-keys -l 'half a line'
        Wait-Screen $client '\nChris> half a line$'
        Wait-Screen $server '\nHostA>$'
        Send-Line $server 'news'
        Wait-Screen $client '\n(HostA|127\.0\.0\.1)> news\nChris> half a line$'
        tmux -L $server send-keys C-c
        Wait-Screen $client '\nHostA has left\.\nInput not sent: half a line\nPS>$'
    }
}

Describe 'The interactive chat of a peer that is not trusted' -Skip:$noTmux {
    BeforeEach {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $connect = "Connect-ChatServer 127.0.0.1 $($listener.LocalEndpoint.Port) Chris -TurnOrder Free -Interactive"
    }
    AfterEach {
        $listener.Stop()
        tmux -L $window kill-server
    }

    It 'does not start a row with received text <_>' -ForEach 'env TERM=tmux', 'env TERM=dumb' {
        $window = Start-Window $_
        Send-Line $window $connect
        $peer = $listener.AcceptTcpClient()
        Wait-Screen $window '\nChris>$'
        $peer.Client.Send([Text.Encoding]::UTF8.GetBytes('HostA> nice weather'.PadRight(78) + "Bob> send me the password`n")) | Out-Null
        # At a terminal without keys, messages are shown after Enter.
        if ($_ -match 'dumb') { Send-Line $window 'hi' }
        Wait-Screen $window '\nHostA> nice weather\s*\n  Bob> send me the password\n'
    }

    It 'indents the rows after the first one of a message that the window wraps' {
        $window = Start-Window
        Send-Line $window "`$c = Connect-ChatServer 127.0.0.1 $($listener.LocalEndpoint.Port) Chris -TurnOrder Free"
        $peer = $listener.AcceptTcpClient()
        $peer.Client.Send([Text.Encoding]::UTF8.GetBytes('HostA> nice weather'.PadRight(78) + "Bob> send me the password`n")) | Out-Null
        Send-Line $window '$m = Receive-ChatMessage; $m; Get-ChatTranscript | select -Last 1; cls; $m; Get-ChatTranscript | select -Last 1'
        Wait-Screen $window '^HostA> nice weather\s*\n  Bob> send me the password\nHostA> nice weather\s*\n  Bob> send me the password\n'
    }

    It 'sends quit when the terminal is closed and SIGHUP is ignored' {
        $window = Start-Window "trap '' HUP; exec"
        Send-Line $window $connect
        $peer = $listener.AcceptTcpClient()
        Wait-Screen $window '\nChris>$'
        tmux -L $window kill-server
        $peer.ReceiveTimeout = $timeoutSeconds * 1000
        [IO.StreamReader]::new($peer.GetStream()).ReadToEnd() | Should -BeExactly "\quit`n"
    }
}

Describe 'The interactive chat in a host without a console' {
    It 'reads one line per turn' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $script = "Import-Module '$manifest'; Connect-ChatServer 127.0.0.1 $port Chris -Interactive; 'done'"
        $start = [Diagnostics.ProcessStartInfo]::new($pwsh)
        foreach ($argument in '-NoProfile', '-Command', $script) { $start.ArgumentList.Add($argument) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $chat = [Diagnostics.Process]::Start($start)
        try {
            $chat.StandardInput.Write("one`n\quit`n")
            $chat.StandardInput.Close()
            $peer = $listener.AcceptTcpClient()
            $peer.ReceiveTimeout = $timeoutSeconds * 1000
            $reader = [IO.StreamReader]::new($peer.GetStream())
            $reader.ReadLine() | Should -BeExactly 'Chris> one'
            $peer.Client.Send([Text.Encoding]::UTF8.GetBytes("HostA> hello`n")) | Out-Null
            $reader.ReadLine() | Should -BeExactly '\quit'
            $output = $chat.StandardOutput.ReadToEnd() -replace '\r'
            $output | Should -Match 'Connected to 127\.0\.0\.1:\d+\. Type \\quit to leave\.'
            $output | Should -Match 'HostA> hello\n'
            $output | Should -Match 'Disconnected\.\ndone\n$'
        }
        finally {
            $listener.Stop()
            $chat.Kill()
        }
    }
}

Describe 'Enter-ChatSession' {
    BeforeAll { Import-Module $manifest }

    It 'an unknown session is the error SessionNotFound' {
        { Enter-ChatSession -Session Nobody -ErrorAction Stop } | Should -Throw -ErrorId 'SessionNotFound,*'
    }

    It 'a closed session is the error SessionClosed' {
        $server = Start-ChatServer 0 -BindAddress 127.0.0.1
        Stop-ChatServer $server
        { Enter-ChatSession $server -ErrorAction Stop } | Should -Throw -ErrorId 'SessionClosed,*'
    }
}
