BeforeAll {
    . $PSScriptRoot/Peers.ps1
    $core = [PSPairChat.ChatSession].Assembly
    $data = $core.GetType('PSPairChat.Messages.UnicodeData')
    $validator = $core.GetType('PSPairChat.Messages.NicknameValidator').GetMethod('Validate')

    function ConvertTo-FormD([string] $Text) {
        $codePoints = $data.GetMethod('GetCodePoints').Invoke($null, @(, $Text))
        $data.GetMethod('GetText').Invoke($null, @(, $data.GetMethod('Decompose').Invoke($null, @(, $codePoints))))
    }
}

Describe 'Nicknames' {
    AfterEach { Stop-AllSessions }

    It 'are accepted in any script and rejected if they look like another' {
        $room = Start-ChatServer 0 -Room lobby -Handle Host -BindAddress 127.0.0.1
        $join = @{ HostName = '127.0.0.1'; Port = $room.Port; Room = 'lobby'; ErrorAction = 'Stop' }
        $names = 'हिन्दी', 'สมชาย', 'Сергей', 'Zoë', 'Bob'
        foreach ($name in $names) { $null = Connect-ChatServer @join -Handle $name }
        (Get-ChatMember -Session $room).Handle | Sort-Object | Should -Be ($names | Sort-Object)
        { Connect-ChatServer @join -Handle ВОВ } | Should -Throw -ErrorId 'HandleTaken*' -ExpectedMessage "*looks like 'Bob'*"
        { Connect-ChatServer @join -Handle НОЅТ } | Should -Throw -ErrorId 'HandleTaken*' -ExpectedMessage "*looks like 'Host'*"
        { Connect-ChatServer @join -Handle "Bob`u{3164}" } | Should -Throw -ErrorId 'HandleInvalid*'
    }

    It 'are normalized as this platform normalizes text' -Skip:("e`u{301}".Normalize().Length -ne 1) {
        $random = [Random]::new(1)
        $letters = 'aAeioOuUyzcnsdđơưαιωΑάéçṩẹв'.ToCharArray()
        $marks = (0x300..0x345) + 0x359, 0x35A + (0x360..0x362)
        $different = foreach ($i in 1..1000) {
            $text = [string] $letters[$random.Next($letters.Count)]
            foreach ($j in 1..$random.Next(1, 4)) { $text += [char] $marks[$random.Next($marks.Count)] }
            $reason = $validator.Invoke($null, @($text, 10))
            if (-not $reason -and (-not $text.IsNormalized() -or (ConvertTo-FormD $text) -cne $text.Normalize('FormD')) -or
                $reason -match 'normalization' -and $text.IsNormalized()) {
                ($text.ToCharArray() | ForEach-Object { '{0:X4}' -f [int] $_ }) -join ' '
            }
        }
        $different | Should -BeNullOrEmpty
    }
}
