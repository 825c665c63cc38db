<#
.SYNOPSIS
Records a conversation in two terminals as session.svg. Requires tmux and the built module.
#>
param(
    [string] $Path = (Join-Path $PSScriptRoot 'session.svg'),
    [int] $Port = 54321
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3
$manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../PSPairChat.psd1')).ProviderPath
$columns, $rows = 58, 15
$cell = @{ Width = 7.8; Height = 18 }
$socket = "pspairchat-$PID"
$timeoutSeconds = 60

function Start-Screen {
    param([string] $Name)
    $setup = "function prompt { 'PS> ' }; Set-PSReadLineOption -PredictionSource None; Import-Module '$manifest'; Clear-Host"
    tmux -u -L $socket -f /dev/null new-session -d -s $Name -x $columns -y $rows "$([Environment]::ProcessPath) -NoProfile -NoLogo -NoExit -Command `"$setup`"" ';' set -g status off
}

function Get-Screen {
    # Gets the lines of a screen; with -Colour, including escape sequences.
    param([string] $Name, [switch] $Colour)
    if ($Colour) { tmux -L $socket capture-pane -p -e -t $Name }
    else { tmux -L $socket capture-pane -p -t $Name }
}

function Wait-Screen {
    param([string] $Name, [string] $Pattern)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (((Get-Screen $Name) -join "`n") -notmatch $Pattern) {
        if ($watch.Elapsed.TotalSeconds -gt $timeoutSeconds) { throw "Timed out waiting for '$Pattern':`n$((Get-Screen $Name) -join "`n")" }
        Start-Sleep -Milliseconds 100
    }
}

function Send-Line {
    param([string] $Name, [string] $Text)
    tmux -L $socket send-keys -t $Name -l $Text
    tmux -L $socket send-keys -t $Name Enter
}

function ConvertTo-SvgLine {
    # Converts a line of a screen to one text element for each color.
    param([string] $Line, [double] $X, [double] $Y)
    $style, $column = '', 0
    foreach ($part in [regex]::Split($Line.TrimEnd(), '(\e\[[\d;]*m)')) {
        if ($part -match '^\e\[([\d;]*)m$') {
            $codes = $Matches[1] -split ';'
            $style = switch ($codes) {
                { $_ -in '', '0', '39', '22' } { '' }
                { $_ -in '1', '2' } { "a$_" }
                { $_ -match '^[39][0-7]$' } { "c$($_[-1])" }
            }
            $style = "$style".Trim()
        }
        elseif ($part) {
            $words = $part.Trim()
            if ($words) {
                $start = $column + $part.Length - $part.TrimStart().Length
                $class = if ($style) { " class=`"$style`"" }
                $format = [cultureinfo]::InvariantCulture
                [string]::Format($format, '<text x="{0:0.#}" y="{1:0.#}" textLength="{2:0.#}"{3}>{4}</text>',
                    ($X + $start * $cell.Width), $Y, ($words.Length * $cell.Width), $class, [Security.SecurityElement]::Escape($words))
            }
            $column += $part.Length
        }
    }
}

function ConvertTo-Svg {
    param([hashtable[]] $Screens)
    $width, $height, $bar, $gap = ($columns * $cell.Width + 24), ($rows * $cell.Height + 44), 28, 16
    $total = $Screens.Count * $width + ($Screens.Count - 1) * $gap
    @"
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $total $height" width="$total" height="$height" role="img" aria-label="A conversation in two terminals">
<!-- Drawn by record.ps1 from the screens of two terminals. -->
<style>text { font: 13px ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d8dee9; white-space: pre; }
.title { fill: #8b95a7; } .a1 { font-weight: bold; } .a2 { opacity: .6; }
.c0 { fill: #7b8494; } .c1 { fill: #e06c75; } .c2 { fill: #98c379; } .c3 { fill: #e5c07b; } .c4 { fill: #61afef; } .c5 { fill: #c678dd; } .c6 { fill: #56b6c2; }</style>
"@
    for ($i = 0; $i -lt $Screens.Count; $i++) {
        $left = $i * ($width + $gap)
        "<rect x=`"$left`" width=`"$width`" height=`"$height`" rx=`"8`" fill=`"#20242c`"/>"
        "<text x=`"$($left + 12)`" y=`"19`" class=`"title`">$($Screens[$i].Title)</text>"
        $y = $bar + 14
        foreach ($line in $Screens[$i].Lines) {
            ConvertTo-SvgLine $line ($left + 12) $y
            $y += $cell.Height
        }
    }
    '</svg>'
}

try {
    $env:LC_ALL = 'C.UTF-8'
    'host', 'guest' | ForEach-Object { Start-Screen $_; Wait-Screen $_ '(?m)^PS>' }
    Send-Line host "Start-ChatServer $Port -Handle HostA -Interactive"
    Wait-Screen host 'Waiting for a client'
    Send-Line guest "Connect-ChatServer localhost $Port Chris -Interactive"
    Wait-Screen guest '(?m)^Chris>$'
    $messages = @(
        @('guest', 'Hello! Is the build done?'), @('host', 'Almost: one test to go.')
        @('guest', 'Then I wait for you here.'), @('host', 'Done, and all is green.')
    )
    foreach ($message in $messages) {
        Send-Line $message[0] $message[1]
        Wait-Screen ('host', 'guest' -ne $message[0])[0] ([regex]::Escape($message[1]))
    }
    Wait-Screen guest '(?m)^Chris>$'
    Send-Line guest '\quit'
    Wait-Screen host 'Chris has left[\s\S]*Waiting'
    Wait-Screen guest '(?m)^PS>\s*\z'
    $screens = @{ Title = 'one host'; Lines = @(Get-Screen host -Colour) }, @{ Title = 'the other'; Lines = @(Get-Screen guest -Colour) }
    [IO.File]::WriteAllText($Path, ((ConvertTo-Svg $screens) -join "`n") + "`n")
}
finally { tmux -L $socket kill-server }
