using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using PSPairChat.Security;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The pure rules of secure sessions: tokens, proofs, invites, limits, address ranges and key files.</summary>
public sealed class SecurityTests : IDisposable
{
    private static readonly byte[] Der = Encoding.ASCII.GetBytes("certificate");

    private readonly string _folder = Directory.CreateTempSubdirectory("pairchat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Test_vectors_hold()
    {
        var secret = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray();
        var token = new InviteToken(KeyFingerprint.FromCertificate(Der).GetShortHash(), secret);
        Assert.Equal("SHA256:A9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXI", KeyFingerprint.FromCertificate(Der).ToString());
        Assert.Equal("A9Zt0Ig1wco_EozOrNHzGgABAgMEBQYHCAkKCwwNDg8", token.ToString());
        Assert.Equal("pJ2KPUcdxMnQoE7E9WtER4_FjY71hejkAVzbbgv1DCc", Base64Url.Encode(InviteProof.ComputeClient(secret, Der)));
        Assert.Equal("iinXakB4jrUVF4_2QS3W4zFfgsRuX1EuabYRlVp6qbg", Base64Url.Encode(InviteProof.ComputeServer(secret, Der)));
        Assert.Equal("FMnb106L46oZZi_DsrCNYlMl1w_-Y4uLIi0ARBtfkkc", Base64Url.Encode(ResumeProof.ComputeClient(secret, Der, 258)));
        Assert.Equal("N0Isrt2fwQpxTfUTFoOSQg9n5SO3cx9SuKZycBrNZE4", Base64Url.Encode(ResumeProof.ComputeServer(secret, Der, 258)));
    }

    [Fact]
    public void Lines_of_the_greeting_round_trip_and_ignore_further_words()
    {
        byte[] proof = [1, 2, 3];
        var token = ResumeToken.Create();
        var client = DecodeClient(SecureGreeting.EncodeInvite(proof, requestsResume: true))!;
        Assert.Equal((true, null), (client.RequestsResume, client.SessionId));
        Assert.Equal(proof, client.Proof);
        Assert.False(DecodeClient(SecureGreeting.EncodeInvite(proof))!.RequestsResume);
        Assert.Null(DecodeClient(SecureGreeting.EncodeKey(requestsResume: true))!.Proof);
        Assert.True(DecodeClient("PAIRCHAT 1 KEY RESUME more words\n"u8.ToArray())!.RequestsResume);
        client = DecodeClient(SecureGreeting.EncodeResume(token.Id, long.MaxValue, new byte[32]))!;
        Assert.Equal(long.MaxValue, client.Received);
        Assert.Equal(token.Id, client.SessionId);
        var server = DecodeServer(SecureGreeting.EncodeOk(proof, token))!;
        Assert.Equal((token.ToString(), null), (server.Token!.ToString(), server.Received));
        Assert.Equal(proof, server.Proof);
        Assert.Equal(token.ToString(), DecodeServer(SecureGreeting.EncodeOk(null, token))!.Token!.ToString());
        Assert.Null(DecodeServer(SecureGreeting.EncodeOk(null))!.Proof);
        server = DecodeServer(SecureGreeting.EncodeResumed(proof, 7))!;
        Assert.Equal((7, null), (server.Received, server.Token));
        foreach (var line in new[] { "", "\n", "PAIRCHAT 1 \n", "PAIRCHAT 1 INVITE\n", "PAIRCHAT 1 RESUME AAAA -1 AAAA\n", "PAIRCHAT 1 RESUME AAAA 99999999999999999999 AAAA\n", "PAIRCHAT 1 KEY" })
            Assert.Null(DecodeClient(Encoding.ASCII.GetBytes(line)));
        Assert.Null(DecodeServer(SecureGreeting.EncodeRefused()));

        static ClientGreeting? DecodeClient(byte[] line) => SecureGreeting.DecodeClient(new ArraySegment<byte>(line));

        static ServerGreeting? DecodeServer(byte[] line) => SecureGreeting.DecodeServer(new ArraySegment<byte>(line));
    }

    [Theory]
    [InlineData("flip1", 54321, null, null, "pairchat://flip1:54321/#")]
    [InlineData("flip1", 1, "lobby", null, "pairchat://flip1:1/lobby#")]
    [InlineData("192.0.2.1", 65535, null, "Chris", "pairchat://Chris@192.0.2.1:65535/#")]
    [InlineData("::1", 54321, "lobby", "Ann", "pairchat://Ann@[::1]:54321/lobby#")]
    public void Invite_text_round_trips(string host, int port, string? room, string? handle, string prefix)
    {
        var uri = InviteUri.Create(host, port, room, handle, InviteToken.Create(KeyFingerprint.FromCertificate(Der)));
        Assert.StartsWith(prefix, uri.ToString(), StringComparison.Ordinal);
        var parsed = InviteUri.Parse("  " + uri + "\n");
        Assert.Equal((host, port, room, handle), (parsed.HostName, parsed.Port, parsed.Room, parsed.Handle));
        Assert.Equal(uri.Token.ToString(), parsed.Token.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://flip1:54321/#AAAA")]
    [InlineData("pairchat://flip1/#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("pairchat://flip1:54321/")]
    [InlineData("pairchat://flip1:54321/#AAAA")]
    [InlineData("pairchat://flip1:54321/#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    public void Text_that_is_not_an_invite_is_refused(string text) =>
        Assert.Equal(ChatErrorReason.InviteInvalid, Assert.Throws<ChatException>(() => InviteUri.Parse(text)).Reason);

    [Fact]
    public void Invite_is_redeemed_as_often_as_it_allows()
    {
        var invites = new InviteRegistry(Der);
        var invite = invites.Create("h", 1, null, null, TimeSpan.FromMinutes(1), maxUses: 2);
        var proof = InviteProof.ComputeClient(invite.Token.Secret, Der);
        Assert.Same(invite, invites.TryRedeem(proof));
        Assert.Same(invite, invites.TryRedeem(proof));
        Assert.Null(invites.TryRedeem(proof));
        Assert.Equal(2, invite.Uses);
        Assert.False(invite.IsValid);
        Assert.Empty(invites.GetInvites());
    }

    [Fact]
    public void Expired_and_removed_invites_are_not_redeemed()
    {
        var invites = new InviteRegistry(Der);
        var expired = invites.Create("h", 1, null, null, TimeSpan.Zero, maxUses: 1);
        Assert.Null(invites.TryRedeem(InviteProof.ComputeClient(expired.Token.Secret, Der)));
        var removed = invites.Create("h", 1, null, null, TimeSpan.FromMinutes(1), maxUses: 1);
        Assert.True(invites.Remove(removed.Id));
        Assert.False(invites.Remove(removed.Id));
        Assert.Null(invites.TryRedeem(InviteProof.ComputeClient(removed.Token.Secret, Der)));
    }

    [Fact]
    public void Proof_with_any_bit_flipped_is_refused()
    {
        var invites = new InviteRegistry(Der);
        var invite = invites.Create("h", 1, null, null, TimeSpan.FromMinutes(1), maxUses: 1);
        var proof = InviteProof.ComputeClient(invite.Token.Secret, Der);
        for (var bit = 0; bit < proof.Length * 8; bit++)
        {
            var flipped = (byte[])proof.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(invites.TryRedeem(flipped));
        }
        Assert.Null(invites.TryRedeem(InviteProof.ComputeServer(invite.Token.Secret, Der)));
        Assert.Null(invites.TryRedeem(InviteProof.ComputeClient(invite.Token.Secret, [.. Der, 0])));
        Assert.NotNull(invites.TryRedeem(proof));
    }

    [Fact]
    public void Limits_evict_the_longest_silent_connection_and_otherwise_wait()
    {
        var limits = new PendingLimits<string>(maxTotal: 3, maxPerAddress: 2);
        IPAddress a = IPAddress.Parse("192.0.2.1"), b = IPAddress.Parse("192.0.2.2");
        limits.Add("a1", a, now: 0);
        limits.Add("a2", a, now: 10);
        Assert.False(limits.TryMakeRoom(a, now: 900, out _));
        Assert.True(limits.TryMakeRoom(b, now: 900, out var none));
        Assert.Null(none);
        limits.Add("b1", b, now: 900);
        limits.OnHeard("a1", now: 950);
        Assert.False(limits.TryMakeRoom(b, now: 1000, out _));
        Assert.True(limits.TryMakeRoom(a, now: 1011, out var evicted));
        Assert.Equal("a2", evicted);
        Assert.Equal(2, limits.Count);
        limits.Remove("a1");
        limits.Remove("a1");
        Assert.Equal(1, limits.Count);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.168.0.0/16", "192.168.255.1", true)]
    [InlineData("192.168.0.0/16", "192.169.0.1", false)]
    [InlineData("10.0.0.128/25", "10.0.0.127", false)]
    [InlineData("10.0.0.128/25", "10.0.0.128", true)]
    [InlineData("0.0.0.0/0", "203.0.113.9", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.7", true)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.7", true)]
    [InlineData("2001:db8::/33", "2001:db8:7fff::1", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::1", false)]
    public void Address_filter_matches_addresses_and_ranges(string range, string address, bool expected) =>
        Assert.Equal(expected, new AddressFilter([range]).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("")]
    [InlineData("flip1")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1/33")]
    [InlineData("192.0.2.1/-1")]
    [InlineData("192.0.2.1/")]
    [InlineData("::/129")]
    public void Address_range_that_is_not_valid_is_refused(string range) =>
        Assert.Equal(ChatErrorReason.AddressInvalid, Assert.Throws<ChatException>(() => new AddressFilter([range])).Reason);

    [Fact]
    public void Key_is_created_once_and_readable_by_its_owner_only()
    {
        var path = Path.Combine(_folder, "config", "key.pfx");
        var keys = new UserKey[8];
        Parallel.For(0, keys.Length, i => keys[i] = UserKey.Load(path));
        Assert.All(keys, key => Assert.Equal(keys[0].Fingerprint, key.Fingerprint));
        Assert.True(keys[0].Certificate.HasPrivateKey);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Equal(ChatErrorReason.KeyInvalid, Assert.Throws<ChatException>(() => UserKey.Load(path)).Reason);
    }

    [Fact]
    public void Key_file_that_cannot_be_read_is_an_error_that_names_it()
    {
        var path = Path.Combine(_folder, "key.pfx");
        Assert.True(OwnerOnlyFile.TryCreate(path, [1, 2, 3]));
        var error = Assert.Throws<ChatException>(() => UserKey.Load(path));
        Assert.Equal(ChatErrorReason.KeyInvalid, error.Reason);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_hosts_keep_every_line_that_concurrent_writers_add()
    {
        var path = Path.Combine(_folder, "known_hosts");
        var fingerprint = KeyFingerprint.FromCertificate(Der);
        Parallel.For(1, 101, port => new KnownHosts(new LockedLineFile(path)).Set("flip1", port, fingerprint));
        Assert.Equal(100, File.ReadAllLines(path).Length);
        var hosts = new KnownHosts(new LockedLineFile(path));
        for (var port = 1; port <= 100; port++)
            Assert.Equal(fingerprint, hosts.Find("FLIP1", port, out _));
        Assert.Null(hosts.Find("flip1", 101, out var line));
        Assert.Equal(0, line);
        Assert.Matches(@"^\[flip1\]:\d+ sha256:[A-Za-z0-9+/]{43} \d{4}-\d\d-\d\d$", File.ReadAllLines(path)[0]);
    }

    [Fact]
    public void Trusted_keys_are_added_once_and_removed()
    {
        var keys = new TrustedKeys(new LockedLineFile(Path.Combine(_folder, "trusted_keys")));
        var fingerprint = KeyFingerprint.FromCertificate(Der);
        Assert.False(keys.Contains(fingerprint));
        keys.Add(fingerprint, "Chris");
        keys.Add(fingerprint, "Chris");
        var key = Assert.Single(keys.GetKeys());
        Assert.Equal(("Chris", fingerprint.ToString()), (key.Handle, key.Fingerprint));
        Assert.True(keys.Contains(fingerprint));
        Assert.True(keys.Remove(fingerprint));
        Assert.False(keys.Remove(fingerprint));
        Assert.False(keys.Contains(fingerprint));
    }

    [Theory]
    [InlineData("sha256:")]
    [InlineData("SHA256:AAAA")]
    [InlineData("MD5:A+bB0a6OkgbunqVUgQ2ZZ8WUDU3bmPi1vc1RwVdt6pw")]
    public void Text_that_is_not_a_fingerprint_is_refused(string text) =>
        Assert.Equal(ChatErrorReason.FingerprintInvalid, Assert.Throws<ChatException>(() => KeyFingerprint.Parse(text)).Reason);
}
