export default {
  meet: {
    input: process.env.SPECIFICATION,
    output: { target: "meet.ts", client: "fetch", baseUrl: process.env.MEET_URL },
  },
};
