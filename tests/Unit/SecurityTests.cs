using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using PSPairChat.Security;
using PSPairChat.Connections;
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
        var state = new ResumeState(long.MaxValue, long.MaxValue - 1, long.MaxValue - 2);
        var line = SecureGreeting.EncodeResume(token.Id, state, new byte[32]);
        Assert.InRange(line.Length, 1, SecureGreeting.MaxBytes - 1);
        client = DecodeClient(line)!;
        Assert.Equal(state, client.State);
        Assert.Equal(token.Id, client.SessionId);
        var server = DecodeServer(SecureGreeting.EncodeOk(proof, token))!;
        Assert.Equal((token.ToString(), null), (server.Token!.ToString(), server.Received));
        Assert.Equal(proof, server.Proof);
        Assert.Equal(token.ToString(), DecodeServer(SecureGreeting.EncodeOk(null, token))!.Token!.ToString());
        Assert.Null(DecodeServer(SecureGreeting.EncodeOk(null))!.Proof);
        server = DecodeServer(SecureGreeting.EncodeResumed(proof, 7))!;
        Assert.Equal((7, null, false), (server.Received, server.Token, server.IsOtherServer));
        server = DecodeServer(SecureGreeting.EncodeResumed(proof, 8, isOtherServer: true))!;
        Assert.Equal((8, null, true), (server.Received, server.Token, server.IsOtherServer));
        foreach (var invalid in new[] { "", "\n", "PAIRCHAT 1 \n", "PAIRCHAT 1 INVITE\n", "PAIRCHAT 1 RESUME AAAA -1 AAAA\n", "PAIRCHAT 1 RESUME AAAA 99999999999999999999 AAAA\n", "PAIRCHAT 1 KEY" })
            Assert.Null(DecodeClient(Encoding.ASCII.GetBytes(invalid)));
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

    [Theory]
    [InlineData("http://flip1:54321/#T", "'pairchat://'")]
    [InlineData("pairchat://flip1/#T", "host or the port")]
    [InlineData("pairchat://flip1:0/#T", "host or the port")]
    [InlineData("pairchat:///#T", "host or the port")]
    [InlineData("pairchat://flip1:54321/", "token")]
    [InlineData("pairchat://flip1:54321/#", "token")]
    [InlineData("pairchat://flip1:54321/#TT", "token")]
    public void Error_about_an_invite_names_what_is_wrong(string text, string expected) => Assert.Contains(expected, Assert.Throws<ChatException>(
        () => InviteUri.Parse(text.Replace("T", InviteToken.Create(KeyFingerprint.FromCertificate(Der)).ToString(), StringComparison.Ordinal))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("pairchat://flip1:54321/#AAAA", true)]
    [InlineData("PairChat:", true)]
    [InlineData("pairchat", false)]
    [InlineData("flip1", false)]
    [InlineData("http://pairchat:1", false)]
    public void Text_is_meant_as_an_invite_if_it_begins_with_the_scheme(string text, bool expected) => Assert.Equal(expected, InviteUri.IsInvite(text));

    [Fact]
    public void Invite_text_escapes_handle_and_room()
    {
        var token = InviteToken.Create(KeyFingerprint.FromCertificate(Der));
        var uri = InviteUri.Create("flip1", 54321, "a/b", "x@y:z", token);
        Assert.Equal($"pairchat://x%40y%3Az@flip1:54321/a%2Fb#{token}", uri.ToString());
        var parsed = InviteUri.Parse(uri.ToString().Replace("pairchat", "PAIRCHAT", StringComparison.Ordinal));
        Assert.Equal(("a/b", "x@y:z"), (parsed.Room, parsed.Handle));
    }

    [Fact]
    public void Tokens_have_different_secrets_and_the_hash_of_the_key()
    {
        var server = KeyFingerprint.FromCertificate(Der);
        InviteToken one = InviteToken.Create(server), two = InviteToken.Create(server);
        Assert.Equal(16, one.Secret.Length);
        Assert.NotEqual(one.Secret, two.Secret);
        Assert.Equal(server.GetShortHash(), one.KeyHash);
        var parsed = InviteToken.TryParse(one.ToString())!;
        Assert.Equal(one.KeyHash, parsed.KeyHash);
        Assert.Equal(one.Secret, parsed.Secret);
    }

    [Fact]
    public void Registry_lists_the_invites_that_can_be_used_and_redeems_the_right_one()
    {
        var invites = new InviteRegistry(Der);
        var before = DateTime.Now;
        var first = invites.Create("h", 1, "lobby", new ChatInviteOptions { Handle = "Ann", Lifetime = TimeSpan.FromMinutes(5), MaxUses = 3 });
        var expired = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.Zero, MaxUses = 1 });
        var second = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(5), MaxUses = 1 });
        Assert.Equal(("h", 1, "lobby", "Ann", 3, 0, true), (first.HostName, first.Port, first.Room, first.Handle, first.MaxUses, first.Uses, first.IsValid));
        Assert.InRange(first.ExpiresAt, before.AddMinutes(5), DateTime.Now.AddMinutes(5));
        Assert.Equal(InviteUri.Parse(first.Uri).Token.ToString(), first.Token.ToString());
        Assert.Equal(first.Uri, first.ToString());
        Assert.False(expired.IsValid);
        Assert.Equal([1, 2, 3], new[] { first.Id, expired.Id, second.Id });
        Assert.Equal([first, second], invites.GetInvites());
        Assert.Same(first, invites.TryRedeem(InviteProof.ComputeClient(first.Token.Secret, Der)));
        Assert.Same(second, invites.TryRedeem(InviteProof.ComputeClient(second.Token.Secret, Der)));
        Assert.Equal((1, 1), (first.Uses, second.Uses));
        Assert.False(invites.Remove(99));
        Assert.Equal([first], invites.GetInvites());
        Assert.True(first.Remove());
        Assert.Equal((false, false), (first.IsValid, first.Remove()));
        Assert.Empty(invites.GetInvites());
        Assert.Equal(InviteProof.ComputeServer(first.Token.Secret, Der), invites.ComputeServerProof(first));
    }

    [Fact]
    public void Invite_is_redeemed_as_often_as_it_allows()
    {
        var invites = new InviteRegistry(Der);
        var invite = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(1), MaxUses = 2 });
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
        var expired = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.Zero, MaxUses = 1 });
        Assert.Null(invites.TryRedeem(InviteProof.ComputeClient(expired.Token.Secret, Der)));
        var removed = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(1), MaxUses = 1 });
        Assert.True(invites.Remove(removed.Id));
        Assert.False(invites.Remove(removed.Id));
        Assert.Null(invites.TryRedeem(InviteProof.ComputeClient(removed.Token.Secret, Der)));
    }

    [Fact]
    public void Proof_with_any_bit_flipped_is_refused()
    {
        var invites = new InviteRegistry(Der);
        var invite = invites.Create("h", 1, null, new ChatInviteOptions { Lifetime = TimeSpan.FromMinutes(1), MaxUses = 1 });
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

    [Fact]
    public void Limits_of_an_address_evict_only_a_connection_from_there()
    {
        var limits = new PendingLimits<string>(maxTotal: 4, maxPerAddress: 2);
        IPAddress a = IPAddress.Parse("192.0.2.1"), b = IPAddress.Parse("192.0.2.2");
        limits.Add("b1", b, now: 0);
        limits.Add("a1", a, now: 20);
        limits.Add("a2", a, now: 10);
        // A second is not yet too long.
        Assert.False(limits.TryMakeRoom(a, now: 1010, out _));
        Assert.True(limits.TryMakeRoom(a, now: 5000, out var evicted));
        Assert.Equal("a2", evicted);
        limits.Add("a3", a, now: 5000);
        limits.Add("b2", b, now: 5000);
        // All connections together: the one that has been silent longest, wherever it comes from.
        Assert.True(limits.TryMakeRoom(IPAddress.Parse("192.0.2.3"), now: 5000, out evicted));
        Assert.Equal("b1", evicted);
        limits.OnHeard("b1", now: 6000);
        Assert.Equal(3, limits.Count);
    }

    [Fact]
    public void Limits_forget_the_connections_of_an_address_that_went()
    {
        var limits = new PendingLimits<string>(maxTotal: 10, maxPerAddress: 2);
        var address = IPAddress.Parse("192.0.2.1");
        for (var i = 0; i < 5; i++)
        {
            limits.Add("one", address, now: 0);
            limits.Add("two", address, now: 0);
            Assert.False(limits.TryMakeRoom(address, now: 0, out _));
            limits.Remove("one");
            Assert.True(limits.TryMakeRoom(address, now: 0, out var evicted));
            Assert.Null(evicted);
            limits.Remove("two");
        }
        Assert.Equal(0, limits.Count);
    }

    [Fact]
    public void Lines_of_the_greeting_carry_the_proof()
    {
        byte[] proof = [0xFB, 0xFF, 1];
        Assert.Equal("PAIRCHAT 1 INVITE -_8B\n", Encoding.ASCII.GetString(SecureGreeting.EncodeInvite(proof)));
        Assert.Equal("PAIRCHAT 1 OK -_8B\n", Encoding.ASCII.GetString(SecureGreeting.EncodeOk(proof)));
        Assert.Equal("PAIRCHAT 1 REFUSED\n", Encoding.ASCII.GetString(SecureGreeting.EncodeRefused()));
        Assert.Equal(proof, DecodeInvite("PAIRCHAT 1 INVITE -_8B\n"));
        Assert.Equal(proof, DecodeOk("PAIRCHAT 1 OK -_8B\n"));
        foreach (var text in new[] { "", "PAIRCHAT 1 INVITE", "PAIRCHAT 1 INVITE +/8B\n", "pairchat 1 invite -_8B\n", "PAIRCHAT 2 INVITE -_8B\n", "PAIRCHAT 1 OK -_8B\n" })
            Assert.Null(DecodeInvite(text));
        Assert.Null(DecodeOk("PAIRCHAT 1 REFUSED\n"));
        Assert.Null(DecodeOk("PAIRCHAT 1 INVITE -_8B\n"));

        static byte[]? DecodeInvite(string text) => SecureGreeting.DecodeClient(new ArraySegment<byte>(Encoding.ASCII.GetBytes(text + "rest"), 0, text.Length))?.Proof;
        static byte[]? DecodeOk(string text) => SecureGreeting.DecodeServer(new ArraySegment<byte>(Encoding.ASCII.GetBytes(text + "rest"), 0, text.Length))?.Proof;
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("P", true)]
    [InlineData("PAIRCHAT 1 ", true)]
    [InlineData("PAIRCHAT 1 INVITE", true)]
    [InlineData("X", false)]
    [InlineData("PAIRCHAX", false)]
    [InlineData("PAIRCHAT 1x", false)]
    public void Beginning_of_a_greeting_is_recognized(string text, bool expected) =>
        Assert.Equal(expected, SecureGreeting.IsPrefix(Encoding.ASCII.GetBytes(text + "#"), text.Length));

    [Theory]
    [InlineData("PAIRCHAT 1 REFUSED\n", true)]
    [InlineData("PAIRCHAT 1 REFUSED", false)]
    [InlineData("PAIRCHAT 1 REFUSEX\n", false)]
    [InlineData("PAIRCHAT 1 REFUSED\nx", false)]
    public void Refusal_is_one_line(string text, bool expected)
    {
        var bytes = Encoding.ASCII.GetBytes("##" + text + "#");
        Assert.Equal(expected, SecureGreeting.IsRefused(new ArraySegment<byte>(bytes, 2, text.Length)));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("ab", "ab", true)]
    [InlineData("ab", "aB", false)]
    [InlineData("ab", "Ab", false)]
    [InlineData("ab", "a", false)]
    [InlineData("a", "ab", false)]
    [InlineData("", "a", false)]
    public void Secrets_are_equal_if_all_bytes_are(string left, string right, bool expected) =>
        Assert.Equal(expected, ConstantTime.AreEqual(Encoding.ASCII.GetBytes(left), Encoding.ASCII.GetBytes(right)));

    [Theory]
    [InlineData(new byte[] { 22, 3, 1 }, true)]
    [InlineData(new byte[] { 22, 3, 4, 0 }, true)]
    [InlineData(new byte[] { 22, 3, 5 }, false)]
    [InlineData(new byte[] { 22, 2, 1 }, false)]
    [InlineData(new byte[] { 21, 3, 1 }, false)]
    [InlineData(new byte[] { 22, 3 }, false)]
    public void First_record_of_a_TLS_client_is_recognized(byte[] bytes, bool expected) =>
        Assert.Equal(expected, TlsMismatch.IsClientHello(new ArraySegment<byte>([0, .. bytes, 9], 1, bytes.Length)));

    [Theory]
    [InlineData("\u0015\u0003\u0003", false, ChatErrorReason.ServerRequiresSecure)]
    [InlineData(TlsMismatch.RequiresTls, false, ChatErrorReason.ServerRequiresSecure)]
    [InlineData(TlsMismatch.RequiresTls + "\nmore", false, ChatErrorReason.ServerRequiresSecure)]
    [InlineData("\u0016\u0003\u0003", false, null)]
    [InlineData("This server accepts only TLS", false, null)]
    [InlineData("PAIRCHAT 1 REFUSED\n", false, null)]
    [InlineData("PAIRCHAT 1 REFUSED\n", true, ChatErrorReason.InviteRefused)]
    [InlineData(TlsMismatch.RequiresTls, true, null)]
    [InlineData("hello\n", false, null)]
    public void First_bytes_of_a_server_tell_what_it_requires(string text, bool isSecure, ChatErrorReason? reason)
    {
        var bytes = Encoding.ASCII.GetBytes("#" + text + "#");
        var error = TlsMismatch.FindServerError(new ArraySegment<byte>(bytes, 1, text.Length), isSecure, "flip1:54321");
        Assert.Equal(reason, error?.Reason);
        if (error is not null)
            Assert.StartsWith("flip1:54321 accepts only", error.Message, StringComparison.Ordinal);
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
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    [InlineData("2001:db8::1", "2001:db8::2", false)]
    [InlineData("::/0", "2001:db8::1", true)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("::1/128", "::1", true)]
    [InlineData("192.0.2.1/32", "192.0.2.0", false)]
    [InlineData("192.0.2.1/32", "192.0.2.1", true)]
    [InlineData("192.0.2.1/31", "192.0.2.0", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.2", false)]
    [InlineData("::ffff:0.0.0.0/96", "203.0.113.9", true)]
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
    [InlineData("1")]
    [InlineData("1/8")]
    [InlineData("192.0.2.1/+8")]
    [InlineData("192.0.2.1/8/8")]
    [InlineData("::ffff:0.0.0.0/95")]
    public void Address_range_that_is_not_valid_is_refused(string range) =>
        Assert.Equal(ChatErrorReason.AddressInvalid, Assert.Throws<ChatException>(() => new AddressFilter([range])).Reason);

    [Fact]
    public void Address_filter_allows_what_one_of_its_ranges_contains()
    {
        var filter = new AddressFilter(["192.0.2.0/24", "fd00::/8"]);
        Assert.Equal([true, true, false, false], new[] { "192.0.2.9", "fd12::1", "192.0.3.1", "fe80::1" }.Select(a => filter.Allows(IPAddress.Parse(a))));
        Assert.False(new AddressFilter([]).Allows(IPAddress.Loopback));
    }

    [Fact]
    public void Key_is_created_once_and_readable_by_its_owner_only()
    {
        var path = Path.Combine(_folder, "config", "key.pfx");
        var keys = new UserKey[8];
        Parallel.For(0, keys.Length, i => keys[i] = UserKey.Load(path));
        Assert.All(keys, key => Assert.Equal(keys[0].Fingerprint, key.Fingerprint));
        Assert.True(keys[0].Credentials.Certificate.HasPrivateKey);
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
    [InlineData("SHA256:A9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXI")]
    [InlineData("sha256:A9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXI=")]
    [InlineData("A9Zt0Ig1wco_EozOrNHzGslBYwlrIPRFroQoW8CDLXI")]
    public void Fingerprint_is_read_with_or_without_prefix_and_padding(string text) =>
        Assert.Equal(KeyFingerprint.FromCertificate(Der), KeyFingerprint.Parse(text));

    [Fact]
    public void Fingerprints_are_equal_if_their_hashes_are()
    {
        KeyFingerprint one = KeyFingerprint.FromCertificate(Der), same = KeyFingerprint.FromCertificate(Der), other = KeyFingerprint.FromCertificate([0]);
        Assert.True(one.Equals(same) && one.Equals((object)same));
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.False(one.Equals(other) || one.Equals((object)other) || one.Equals(null) || one.Equals("SHA256"));
        Assert.True(one.StartsWith(same.GetShortHash()));
        Assert.False(one.StartsWith(other.GetShortHash()) || one.StartsWith([]) || one.StartsWith([.. one.GetShortHash(), 0]));
    }

    [Theory]
    [InlineData("sha256:")]
    [InlineData("SHA256:AAAA")]
    [InlineData("SHA256:A9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXJ")]
    [InlineData("SHA256:A9Zt0Ig1wco/EozOrNHzGslBYwlrIPRFroQoW8CDLXI\u001b")]
    [InlineData("MD5:A+bB0a6OkgbunqVUgQ2ZZ8WUDU3bmPi1vc1RwVdt6pw")]
    public void Text_that_is_not_a_fingerprint_is_refused(string text) =>
        Assert.Equal(ChatErrorReason.FingerprintInvalid, Assert.Throws<ChatException>(() => KeyFingerprint.Parse(text)).Reason);
}
