<#
.SYNOPSIS
Measures round trips in PowerShell with an echo server, and prints their metrics in microseconds.
.PARAMETER Kind
Specifies what to measure. pipeline: lines | Send-ChatMessage -AwaitReply. calls: alternating calls of Send-ChatMessage and Receive-ChatMessage.
empty-pipeline and empty-calls: the same with cmdlets that do nothing. script: the same exchange with TcpClient and StreamReader.
#>
param([string] $Kind, [int] $Port, [int] $WarmUp, [int] $Count, [int] $Size)
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
Import-Module (Join-Path $root 'PSPairChat.psd1')
Import-Module (Join-Path $PSScriptRoot 'bin/Release/net10.0/PSPairChat.Bench.dll')
$text = 'x' * $Size
$timestamps = [long[]]::new($Count + 1)

function Measure-Pipeline([string] $Text, [int] $Rounds, [long[]] $Timestamps) {
    $lines = [Collections.Generic.List[string]]::new([string[]](@($Text) * $Rounds))
    # The times are those of the messages: a measuring command in the pipeline would be measured too.
    $replies = @($lines | Send-ChatMessage -AwaitReply)
    for ($i = 0; $i -lt $replies.Count -and $i -lt $Timestamps.Length; $i++) { $Timestamps[$i] = $replies[$i].Time.Ticks }
}

function Measure-EmptyPipeline([string] $Text, [int] $Rounds, [long[]] $Timestamps) {
    $lines = [Collections.Generic.List[string]]::new([string[]](@($Text) * $Rounds))
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $null = @($lines | Send-NoOp -AwaitReply)
    $average = $clock.Elapsed.Ticks / $Rounds
    for ($i = 0; $i -lt $Timestamps.Length; $i++) { $Timestamps[$i] = $i * $average }
}

function Measure-Calls([string] $Text, [int] $Rounds, [long[]] $Timestamps) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Timestamps[$i] = [Diagnostics.Stopwatch]::GetElapsedTime(0).Ticks
        Send-ChatMessage $Text
        $null = Receive-ChatMessage
    }
}

function Measure-EmptyCalls([string] $Text, [int] $Rounds, [long[]] $Timestamps) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Timestamps[$i] = [Diagnostics.Stopwatch]::GetElapsedTime(0).Ticks
        Send-NoOp $Text
        $null = Receive-NoOp
    }
}

function Measure-Script([string] $Text, [int] $Rounds, [long[]] $Timestamps) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Timestamps[$i] = [Diagnostics.Stopwatch]::GetElapsedTime(0).Ticks
        $writer.WriteLine("Chris> $Text")
        $line = $reader.ReadLine()
        $null = $line.Substring($line.IndexOf('> ') + 2)
    }
}

switch ($Kind) {
    'script' {
        $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
        $client.NoDelay = $true
        $reader = [IO.StreamReader]::new($client.GetStream())
        $writer = [IO.StreamWriter]::new($client.GetStream())
        $writer.NewLine = "`n"
        $writer.AutoFlush = $true
        $measure = 'Measure-Script'
    }
    'pipeline' { $measure = 'Measure-Pipeline' }
    'calls' { $measure = 'Measure-Calls' }
    'empty-pipeline' { $measure = 'Measure-EmptyPipeline' }
    'empty-calls' { $measure = 'Measure-EmptyCalls' }
}
if ($Kind -in 'pipeline', 'calls') { $null = Connect-ChatServer 127.0.0.1 $Port Chris }
& $measure $text $WarmUp ([long[]]::new($WarmUp + 1))
& $measure $text ($Count + 1) $timestamps

$times = [double[]]::new($Count)
for ($i = 0; $i -lt $Count; $i++) { $times[$i] = ($timestamps[$i + 1] - $timestamps[$i]) / 10 }
$mean = ($timestamps[$Count] - $timestamps[0]) / 10 / $Count
[Array]::Sort($times)
[string]::Format([cultureinfo]::InvariantCulture, 'p50={0:0.0} p99={1:0.0} mean={2:0.0}', $times[[int]($Count / 2)], $times[[int]($Count * 0.99)], $mean)
