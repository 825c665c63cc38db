<#
.SYNOPSIS
Round trips from a real PowerShell, with whoever echoes lines on a port; prints what they took in microseconds.
.PARAMETER Kind
pipeline: lines | Send-ChatMessage -AwaitReply. calls: Send-ChatMessage and Receive-ChatMessage by themselves. empty-pipeline and empty-calls: the same with
cmdlets that do nothing. script: the same exchange written by hand.
#>
param([string] $Kind, [int] $Port, [int] $WarmUp, [int] $Count, [int] $Size)
$ErrorActionPreference = 'Stop'
$root = Split-Path $PSScriptRoot
Import-Module (Join-Path $root 'PSPairChat.psd1')
Import-Module (Join-Path $PSScriptRoot 'bin/Release/net10.0/PSPairChat.Bench.dll')
$text = 'x' * $Size
$marks = [long[]]::new($Count + 1)

function Measure-Pipeline([string] $Text, [int] $Rounds, [long[]] $Marks) {
    $lines = [Collections.Generic.List[string]]::new([string[]](@($Text) * $Rounds))
    # The times of the messages themselves: nothing of ours stands in the pipeline.
    $replies = @($lines | Send-ChatMessage -AwaitReply)
    for ($i = 0; $i -lt $replies.Count -and $i -lt $Marks.Length; $i++) { $Marks[$i] = $replies[$i].Time.Ticks }
}

function Measure-EmptyPipeline([string] $Text, [int] $Rounds, [long[]] $Marks) {
    $lines = [Collections.Generic.List[string]]::new([string[]](@($Text) * $Rounds))
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $null = @($lines | Send-Nothing -AwaitReply)
    $each = $clock.Elapsed.Ticks / $Rounds
    for ($i = 0; $i -lt $Marks.Length; $i++) { $Marks[$i] = $i * $each }
}

function Measure-Calls([string] $Text, [int] $Rounds, [long[]] $Marks) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Marks[$i] = [Diagnostics.Stopwatch]::GetTimestamp() / 100
        Send-ChatMessage $Text
        $null = Receive-ChatMessage
    }
}

function Measure-EmptyCalls([string] $Text, [int] $Rounds, [long[]] $Marks) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Marks[$i] = [Diagnostics.Stopwatch]::GetTimestamp() / 100
        Send-Nothing $Text
        $null = Receive-Nothing
    }
}

function Measure-Script([string] $Text, [int] $Rounds, [long[]] $Marks) {
    for ($i = 0; $i -lt $Rounds; $i++) {
        $Marks[$i] = [Diagnostics.Stopwatch]::GetTimestamp() / 100
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
& $measure $text ($Count + 1) $marks

$times = [double[]]::new($Count)
for ($i = 0; $i -lt $Count; $i++) { $times[$i] = ($marks[$i + 1] - $marks[$i]) / 10 }
$mean = ($marks[$Count] - $marks[0]) / 10 / $Count
[Array]::Sort($times)
[string]::Format([cultureinfo]::InvariantCulture, 'p50={0:0.0} p99={1:0.0} mean={2:0.0}', $times[[int]($Count / 2)], $times[[int]($Count * 0.99)], $mean)
