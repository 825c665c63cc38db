using System;
using System.Text;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PSPairChat.Dialects;
using PSPairChat.Messages;
using PSPairChat.Sessions;

namespace PSPairChat.Bench;

/// <summary>Measures time and allocations of the components without I/O, for one message of 32 characters.</summary>
public class MicroBenchmark
{
    private static readonly string Text = new('x', 32);
    private static readonly byte[] Line = Encoding.UTF8.GetBytes($"Chris> {Text}\n");

    private readonly DialectDecoder _decoder = new(ChatDialect.Auto, ChatSide.Client);
    private readonly DialectEncoder _encoder = new(ChatDialect.Get("Line"), ChatSide.Client, "Chris", 0);
    private readonly TurnTracker _turns = new(TurnOrder.Alternate, isFirst: true);

    internal static void Run(string[] arguments)
    {
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        var config = DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
            // The output folder contains the reference assembly of PowerShell, which is not optimized.
            .WithOptions(ConfigOptions.DisableOptimizationsValidator).WithArtifactsPath("artifacts/bench");
        BenchmarkRunner.Run([typeof(MicroBenchmark), typeof(RoundTripBenchmark)], config, arguments);
    }

    [Benchmark]
    public int Encode() => _encoder.EncodeMessage(Text).Count;

    [Benchmark]
    public string Decode()
    {
        AddBytes(_decoder);
        DialectItem item;
        while (!_decoder.TryRead(out item) || item.Kind != DialectItemKind.Message)
        {
        }
        return item.Text;
    }

    [Benchmark]
    public bool DetectDialect()
    {
        var decoder = new DialectDecoder(ChatDialect.Auto, ChatSide.Client);
        AddBytes(decoder);
        return decoder.TryRead(out _);
    }

    [Benchmark]
    public void ValidateMessage() => MessageValidator.ThrowIfInvalid(Text, ChatOptions.DefaultMaxMessageLength);

    [Benchmark]
    public void TrackTurns()
    {
        _turns.OnSent();
        _turns.OnReceived();
    }

    [Benchmark]
    public string SanitizePlainText() => DisplayText.Sanitize(Text);

    [Benchmark]
    public string SanitizeHostileText() => DisplayText.Sanitize("\u001b[2J\u202Eevil\u0007 e\u0301 \U0001F468\u200D\U0001F469 xxxxxxxxxxxxxxx");

    private static void AddBytes(DialectDecoder decoder)
    {
        var buffer = decoder.GetBuffer();
        Buffer.BlockCopy(Line, 0, buffer.Array!, buffer.Offset, Line.Length);
        decoder.Advance(Line.Length);
    }
}
